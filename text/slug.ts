/**
 * The name of a repository where a slash cannot stand: in the names of resources and of files. Two repositories can have
 * the same slug (`team/app`, `team-app`): the settings refuse the second.
 */
export function slugOf(repository: string): string {
    return repository.replaceAll("/", "-");
}
