import type { Failure } from '../model/failure.ts';

type TlsFailure = Extract<Failure, { kind: 'tls' }>;
type TlsReason = TlsFailure['reason'];

/** Node's codes for what can be wrong with a certificate; OpenSSL and BoringSSL give the same. */
const certificateReasons: Readonly<Record<string, TlsReason>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'selfSigned',
  SELF_SIGNED_CERT_IN_CHAIN: 'authority',
  UNABLE_TO_GET_ISSUER_CERT: 'authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'authority',
  CERT_UNTRUSTED: 'authority',
  CERT_HAS_EXPIRED: 'expired',
  CERT_NOT_YET_VALID: 'notYetValid',
  ERR_TLS_CERT_ALTNAME_INVALID: 'name',
};

/**
 * What can be wrong with a handshake, by the name of the error in OpenSSL or BoringSSL. It is in the code
 * (`ERR_SSL_WRONG_VERSION_NUMBER`) or, with the code `EPROTO`, in the message alone.
 */
const handshakeReasons: readonly (readonly [RegExp, TlsReason])[] = [
  [/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST/, 'notTls'],
  [/CERTIFICATE_REQUIRED|ALERT_BAD_CERTIFICATE/, 'clientCertificate'],
  [/PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|HANDSHAKE_FAILURE|NO_SHARED_CIPHER/, 'version'],
];

/** As many hosts of a certificate as fit into a sentence. */
const maxNames = 3;

/** What an error of a connection means for TLS; undefined: nothing, it comes from elsewhere. */
export function classifyTls({ code, message, cause }: ConnectionError): TlsFailure | undefined {
  const reason = certificateReasons[code];
  if (reason === 'name') {
    const names = extractHostNames(cause);
    return { kind: 'tls', reason, ...(names.length > 0 && { names }) };
  }
  if (reason !== undefined) {
    return { kind: 'tls', reason };
  }
  if (!/^(EPROTO$|CERT_|ERR_TLS_|ERR_SSL_)/.test(code)) {
    return undefined;
  }
  const text = `${code} ${message}`.toUpperCase().replace(/\W+/g, '_');
  return { kind: 'tls', reason: handshakeReasons.find(([pattern]) => pattern.test(text))?.[1] ?? 'other' };
}

/** An error of Node's `tls`, with what axios kept of it. */
export interface ConnectionError {
  readonly code: string;
  readonly message: string;
  /** The error itself: it holds the certificate where that is for another name. */
  readonly cause: unknown;
}

/**
 * The hosts that a certificate is for. Whoever answers wrote them, before anything vouched for it: what
 * cannot be typed as a host is left out.
 */
function extractHostNames(error: unknown): readonly string[] {
  const { cert } = (error ?? {}) as { readonly cert?: CertificateNames };
  const alternatives = [...(cert?.subjectaltname ?? '').matchAll(/(?:^|, )(?:DNS|IP Address):([^,]*)/g)];
  // Node looks at the common name only where there is no other.
  const names =
    alternatives.length > 0 ? alternatives.map(([, name = '']) => name) : [cert?.subject?.CN].flat();
  return names
    .filter((name) => name !== undefined)
    .filter((name) => /^[\w.*:-]{1,80}$/.test(name))
    .slice(0, maxNames);
}

interface CertificateNames {
  readonly subjectaltname?: string;
  readonly subject?: { readonly CN?: string | readonly string[] };
}
