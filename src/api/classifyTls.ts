import type { AxiosError } from 'axios';
import type { Failure } from '../model/failure.ts';

type TlsFailure = Extract<Failure, { kind: 'tls' }>;
type TlsReason = TlsFailure['reason'];

/** Reasons for an invalid certificate, by Node's error code. The codes are the same with OpenSSL and BoringSSL. */
const certificateReasons: ReadonlyMap<string, TlsReason> = new Map([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'selfSigned'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'untrustedAuthority'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'untrustedAuthority'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'untrustedAuthority'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'untrustedAuthority'],
  ['CERT_UNTRUSTED', 'untrustedAuthority'],
  ['CERT_HAS_EXPIRED', 'expired'],
  ['CERT_NOT_YET_VALID', 'notYetValid'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'hostMismatch'],
]);

/** Matches Node's error codes for other invalid certificates, and for failed handshakes. */
const tlsCodePattern =
  /^(EPROTO$|ERR_TLS_|ERR_SSL_|CERT_|CRL_|UNABLE_TO_|ERROR_IN_CERT_|ERROR_IN_CRL_|INVALID_CA$|INVALID_PURPOSE$|PATH_LENGTH_EXCEEDED$|HOSTNAME_MISMATCH$|UNSPECIFIED$)/;

/**
 * Reasons for a failed handshake, by the error's name in OpenSSL or BoringSSL. The name is in the code
 * (`ERR_SSL_WRONG_VERSION_NUMBER`) or, if the code is `EPROTO`, only in the message.
 */
const handshakeReasons: readonly (readonly [RegExp, TlsReason])[] = [
  [/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST/, 'notTls'],
  [/CERTIFICATE_REQUIRED|ALERT_BAD_CERTIFICATE/, 'clientCertificate'],
  [/PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|HANDSHAKE_FAILURE|NO_SHARED_CIPHER/, 'protocolMismatch'],
];

/** The largest number of host names of a certificate in a message. */
const maxHostNames = 3;

/** Classifies a connection error as a TLS failure; undefined if it isn't one. */
export function classifyTls({
  code = '',
  message,
  cause,
}: Pick<AxiosError, 'code' | 'message' | 'cause'>): TlsFailure | undefined {
  const reason = certificateReasons.get(code);
  if (reason === 'hostMismatch') {
    const names = extractHostNames(cause);
    return { kind: 'tls', reason, ...(names.length > 0 && { names }) };
  }
  if (reason !== undefined) {
    return { kind: 'tls', reason };
  }
  if (!tlsCodePattern.test(code)) {
    return undefined;
  }
  const text = `${code} ${message}`.toUpperCase().replace(/\W+/g, '_');
  return { kind: 'tls', reason: handshakeReasons.find(([pattern]) => pattern.test(text))?.[1] ?? 'other' };
}

/**
 * The host names that a certificate is valid for, at most {@link maxHostNames}. They come from an unverified peer, so
 * invalid names are dropped.
 */
function extractHostNames(
  error: (Error & { readonly cert?: CertificateNames }) | undefined,
): readonly string[] {
  const cert = error?.cert;
  const alternatives = [...(cert?.subjectaltname ?? '').matchAll(/(?:^|, )(?:DNS|IP Address):([^,]*)/g)];
  // Node checks the common name only if there are no alternative DNS names.
  const hasDnsName = alternatives.some(([entry]) => entry.includes('DNS:'));
  const names = alternatives.map(([, name = '']) => name);
  return [...names, ...(hasDnsName ? [] : [cert?.subject?.CN].flat())]
    .filter((name) => name !== undefined)
    .filter((name) => /^[\w.*:-]{1,80}$/.test(name))
    .slice(0, maxHostNames);
}

interface CertificateNames {
  readonly subjectaltname?: string;
  readonly subject?: { readonly CN?: string | readonly string[] };
}
