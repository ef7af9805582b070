import { goTool } from '../tool.ts';

export const kustomize = goTool('kustomize', 'sigs.k8s.io/kustomize/kustomize/v5');
