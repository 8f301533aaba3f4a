/** What others said, without the full stop that some end with and some do not, to go on within a sentence of ours. */
export const withoutStop = (text: string): string => text.trim().replace(/\.$/, '');
