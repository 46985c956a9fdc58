/** The messages here by folder, for commands on folders. The read side implements this port. */
export abstract class FolderMail {
  /**
   * Those of the folders of an account in which a message here lies, or lay last: with all mail that is on record now.
   * @throws Refused 503 while the list of messages is behind
   */
  abstract among(accountId: string, folderIds: readonly string[]): Promise<Set<string>>;
}
