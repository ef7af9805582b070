/** For processes that end before they have gained by what V8 does on other threads: compiling PGlite anew, and marking. */
export const SHORT_LIVED = ['--liftoff-only', '--single-threaded-gc'];
