/** The data on disk is not what was written. Starting anyway could sell a unit twice, so nothing starts. */
export class DamagedJournal extends Error {
  readonly code = 'damaged_journal';
  readonly retryable = false;

  constructor(directory: string, what: string, options?: ErrorOptions) {
    super(
      `The order journal in ${directory} is damaged: ${what}. Nothing was sold from it. Restore the whole data directory ` +
        'from a backup, or move it away to begin with an empty one; docs/operations.md says how to choose.',
      options,
    );
  }
}

/** Another process has the data directory open. */
export class JournalLocked extends Error {
  readonly code = 'journal_locked';
  readonly retryable = false;

  constructor(directory: string, options?: ErrorOptions) {
    super(`${directory} is in use by another Tidegate. Stop it, or set DATA_DIR to another directory.`, options);
  }
}
