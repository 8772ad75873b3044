import { createPrivateKey } from 'node:crypto';

/** A certificate for 127.0.0.1 that nobody signed but itself, until 2126. It guards nothing: anyone may have its key. */
export const UNTRUSTED = {
  cert: `-----BEGIN CERTIFICATE-----
MIIBkDCCATagAwIBAgIUamSO9JF8ICf7q74v6vPXkzdW2oYwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEzMDAxMTMzM1oYDzIxMjYxMTA2
MDExMzMzWjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAR4Vce3IrfHBkVJ0wkMmESE3PWpaRctjN2ffXCyI7EtKC+fsDBGq0XE
YgP/fLRgmpImelbayLkseE0OL9/bqZako2QwYjAdBgNVHQ4EFgQUe6axGBYs7nu1
xJtqr3x97JETafcwHwYDVR0jBBgwFoAUe6axGBYs7nu1xJtqr3x97JETafcwDwYD
VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0gAMEUC
IGNgK3QArHkmPY1mVsB0FWpv5kLFPMER1vnwNssMVsXyAiEA62O9kocN0WE8Bseg
zPO28pXdBRjQuVRZTj8gZshSP4E=
-----END CERTIFICATE-----
`,
  key: createPrivateKey({
    format: 'jwk',
    key: {
      kty: 'EC',
      crv: 'P-256',
      x: 'eFXHtyK3xwZFSdMJDJhEhNz1qWkXLYzdn31wsiOxLSg',
      y: 'L5-wMEarRcRiA_98tGCakiZ6VtrIuSx4TQ4v39uplqQ',
      d: 'PiHSz9sSFdI1v3Of1SehMCCd6BHbyRLG8TvMdyvTK54',
    },
  }).export({ type: 'pkcs8', format: 'pem' }),
};
