// Plays declarative pipelines: java -cp groovy.jar groovy.ui.GroovyMain check-pipeline.groovy FILE...
// A section in a place that is not its own, a step or a parameter that nobody knows, and a stage without steps are errors.
import org.codehaus.groovy.control.CompilerConfiguration

class Rules {
  static final SECTIONS = [
    pipeline   : ['agent', 'options', 'environment', 'parameters', 'triggers', 'stages', 'post'],
    stages     : ['stage'],
    stage      : ['agent', 'options', 'environment', 'when', 'input', 'steps', 'stages', 'post'],
    post       : ['always', 'success', 'failure', 'cleanup'],
  ]
  static final COMMANDS = [
    agent      : ['any', 'none', 'label', 'docker', 'dockerfile'],
    dockerfile : ['filename', 'dir', 'label', 'args'],
    docker     : ['image', 'label', 'args'],
    options    : ['disableConcurrentBuilds', 'timeout', 'buildDiscarder', 'skipDefaultCheckout'],
    parameters : ['choice', 'string', 'booleanParam'],
    triggers   : ['pollSCM', 'cron'],
    when       : ['branch', 'expression', 'beforeInput', 'beforeAgent', 'not', 'allOf', 'anyOf', 'buildingTag'],
    input      : ['message', 'ok', 'submitter', 'parameters'],
  ]
  static final STEPS = ['sh', 'checkout', 'dir', 'withCredentials', 'archiveArtifacts', 'junit', 'stash', 'unstash',
    'cleanWs', 'withEnv', 'script', 'echo', 'lock', 'sshagent', 'deleteDir', 'timeout']
  static final VALUES = ['logRotator', 'credentials', 'string', 'file', 'usernamePassword', 'sshUserPrivateKey']
  /** Whose blocks hold steps. */
  static final STEP_BLOCKS = ['steps', 'always', 'success', 'failure', 'cleanup']
}

class Wrong extends RuntimeException {
  Wrong(String message) { super(message) }
}

/** What a block may say is decided by the name of the block. */
class Block {
  final String name
  final List<String> said = []

  Block(String name) { this.name = name }

  Object invokeMethod(String method, Object arguments) {
    def all = arguments as List
    if (name in Rules.STEP_BLOCKS && method in Rules.VALUES) return [(method): all]
    if (!(method in allowed())) {
      if (method in Rules.VALUES) return [(method): all]
      throw new Wrong("'${method}' cannot stand in '${name}'")
    }
    said << method
    def body = all.find { it instanceof Closure }
    if (body != null) play(method, body)
    return null
  }

  Object getProperty(String property) {
    if (property in ['name', 'said']) return this.@"$property"
    if (property in ['env', 'params', 'scm', 'currentBuild']) return new Anything()
    if (name == 'agent' && property in ['any', 'none']) { said << property; return null }
    if (name == 'environment') return "\${$property}"
    throw new Wrong("nobody knows '${property}' in '${name}'")
  }

  void setProperty(String property, Object value) {
    if (name != 'environment') throw new Wrong("'${property} =' cannot stand in '${name}'")
    said << property
  }

  private void play(String method, Closure body) {
    if (method == 'expression' || method == 'script') return
    def inner = new Block(method in Rules.STEPS && name in Rules.STEP_BLOCKS ? 'steps' : method)
    def copy = body.rehydrate(inner, inner, inner)
    copy.resolveStrategy = Closure.DELEGATE_ONLY
    copy.call()
    if (inner.said.empty) throw new Wrong("'${method}' is empty")
    if (method == 'pipeline' && !inner.said.containsAll(['agent', 'stages'])) throw new Wrong('a pipeline needs agent and stages')
    if (method == 'stage' && !inner.said.any { it in ['steps', 'stages'] }) throw new Wrong('a stage needs steps')
  }

  private List<String> allowed() {
    if (name == 'file') return ['pipeline']
    if (name in Rules.STEP_BLOCKS) return Rules.STEPS
    if (name == 'environment') return ['credentials']
    return (Rules.SECTIONS[name] ?: []) + (Rules.COMMANDS[name] ?: [])
  }
}

/** A value that only Jenkins has. */
class Anything {
  Object getProperty(String property) { "\${$property}" }
}

abstract class PipelineFile extends Script {
  Object invokeMethod(String method, Object arguments) { new Block('file').invokeMethod(method, arguments) }
}

int wrong = 0
for (path in args) {
  def configuration = new CompilerConfiguration(scriptBaseClass: PipelineFile.name)
  try {
    new GroovyShell(this.class.classLoader, new Binding(), configuration).parse(new File(path)).run()
  } catch (Exception problem) {
    System.err.println("${path}: ${problem.message}")
    wrong++
  }
}
System.exit(wrong == 0 ? 0 : 1)
