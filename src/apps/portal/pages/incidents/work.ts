import { useMutation } from '@tanstack/react-query';
import { routes } from '../../../contract/index.ts';
import { api } from '../../data/api.ts';
import { queryClient } from '../../data/queries.ts';
import type { IncidentWork } from '../../view/resources.ts';

/** Does things in an incident, and asks again for what is shown of it. */
export function useIncidentWork(id: string) {
  return useMutation({
    mutationFn: (body: IncidentWork) => api.call(routes.workOnIncident, { params: { id }, body }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['incidents'] }),
  });
}

/** Runs the action of a step, or asks for it and agrees to it. */
export function useStepRun(id: string) {
  return useMutation({
    mutationFn: (index: number) => api.call(routes.runIncidentStep, { params: { id, index } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['incidents'] }),
  });
}
