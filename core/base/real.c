#include "core/base/real.h"

#define LN2 0.69314718055994530942

/* x = m · 2^e with m near 1; then the series of artanh. */
double real_log(double x)
{
	double y, power, sum = 0;
	int e = 0;

	while (x > 1.5) {
		x /= 2;
		e++;
	}
	while (x < 0.75) {
		x *= 2;
		e--;
	}
	y = (x - 1) / (x + 1);
	power = y;
	for (int i = 1; i <= 13; i += 2) {
		sum += power / i;
		power *= y * y;
	}
	return 2 * sum + e * LN2;
}

/* Newton's way, from above. */
double real_sqrt(double x)
{
	double root = x > 1 ? x : 1, before;

	if (x <= 0)
		return 0;
	do {
		before = root;
		root = (root + x / root) / 2;
	} while (root < before);
	return before;
}
