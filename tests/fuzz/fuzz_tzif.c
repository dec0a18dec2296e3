/* A zone file: no bytes are read past, and what is a zone has an offset at any moment. */
#include "adapters/clock/tzif.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int64_t some[] = { INT64_MIN / 1000, -5000000000, 0,
					1700000000,	  4102444800,  9000000000,
					INT64_MAX / 1000 };
	struct tzif z;

	if (tzif_read(&z, data, size) == 0)
		for (size_t i = 0; i < sizeof(some) / sizeof(*some); i++)
			assert(abs(tzif_offset(&z, some[i])) < 200000);
	tzif_release(&z);
	return 0;
}
