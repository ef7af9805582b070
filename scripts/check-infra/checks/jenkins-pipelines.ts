import { fileURLToPath } from 'node:url';
import type { Check } from '../check.ts';
import { runProgram } from '../run-program.ts';
import { debianTool, mavenTool } from '../tool.ts';

const java = debianTool('java', 'openjdk-17-jre-headless');
const groovy = mavenTool('org.apache.groovy:groovy:4.0.28');
const CHECKER = fileURLToPath(new URL('../../../tools/jenkins/check-pipeline.groovy', import.meta.url));

/**
 * Compiles each pipeline and plays its sections by the rules of the declarative syntax, with the steps that we use. What
 * Jenkins itself would say (`/pipeline-model-converter/validate`) takes a Jenkins, which no package registry has.
 */
export const jenkinsPipelines: Check = {
  name: 'Jenkins pipelines',
  files: ['deploy/jenkins/*.Jenkinsfile'],
  tools: [java, groovy],
  run: async ({ root, files, pathOf }) => {
    const args = ['-cp', pathOf(groovy), 'groovy.ui.GroovyMain', CHECKER, ...files];
    await runProgram(pathOf(java), args, { cwd: root });
  },
  breakage: { file: 'deploy/jenkins/infrastructure.Jenkinsfile', replace: 'input {', by: 'inputs {' },
};
