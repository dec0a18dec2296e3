/*
 * digest: SHA-256 by libcrypto, behind the seam of core/store.h.
 */
#ifndef ADAPTERS_DIGEST_DIGEST_H
#define ADAPTERS_DIGEST_DIGEST_H

#include "core/store.h"

struct digest *digest_openssl(void);

#endif
