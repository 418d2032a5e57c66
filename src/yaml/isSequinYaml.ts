const fileName = /(?:^|[/\\])(?:sequin(?:\.[^/\\]+)?|[^/\\]+\.sequin)\.ya?ml$/i;

/** Whether a file has the name of a `sequin.yaml` file, such as `sequin.yml`, `sequin.prod.yaml`, `shop.sequin.yml`. */
export function hasSequinFileName(path: string): boolean {
  return fileName.test(path);
}

/** Whether a YAML file is a configuration of Sequin, by its name or by its sections. */
export function isSequinYaml(path: string, text: string): boolean {
  if (hasSequinFileName(path)) {
    return true;
  }
  const hasSinks = /^sinks\s*:/m.test(text) && /^[ -]+destination\s*:/m.test(text);
  const hasDatabases =
    /^databases\s*:/m.test(text) &&
    /^[ -]+slot(?:_name)?\s*:/m.test(text) &&
    /^[ -]+publication(?:_name)?\s*:/m.test(text);
  return hasSinks || hasDatabases || /^change_retentions\s*:/m.test(text);
}
