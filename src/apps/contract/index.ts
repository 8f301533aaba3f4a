// The API as everybody sees it: resources, routes with their permissions, events and the typed client.
export { type ApiClient, ApiProblem, createApiClient } from './client.ts';
export { type RouteDefinition, toOpenApiRoute } from './define-route.ts';
export { type CloudEvent, cloudEvent, eventTypes } from './events.ts';
export * as resource from './resources.ts';
export { type RouteName, routes } from './routes.ts';
