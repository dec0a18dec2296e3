#include "adapters/digest/digest.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

struct openssl_digest {
	struct digest digest;
	EVP_MD *sha256; /* fetched once: OpenSSL 3 searches its providers at each EVP_sha256() */
	EVP_MD_CTX *context;
};

/* Without memory for a digest there is no journal: better gone and started anew, as with alloc_failed().
 */
static _Noreturn void no_digest(void)
{
	fputs("aliosbot: libcrypto gives no SHA-256 (out of memory, or a build without it); "
	      "stopping\n",
	      stderr);
	abort();
}

static void sha256(struct digest *d, const void *const *parts, const size_t *lens, size_t count,
		   unsigned char out[DIGEST_SIZE])
{
	struct openssl_digest *o = (struct openssl_digest *)d;

	if (!EVP_DigestInit_ex2(o->context, o->sha256, NULL))
		no_digest();
	for (size_t i = 0; i < count; i++)
		if (lens[i] && !EVP_DigestUpdate(o->context, parts[i], lens[i]))
			no_digest();
	if (!EVP_DigestFinal_ex(o->context, out, NULL))
		no_digest();
}

struct digest *digest_openssl(void)
{
	static struct openssl_digest o = { .digest.sha256 = sha256 };

	if (o.context)
		return &o.digest;
	o.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	o.context = EVP_MD_CTX_new();
	if (!o.sha256 || !o.context)
		no_digest();
	return &o.digest;
}
