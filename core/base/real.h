/*
 * real: the two functions of the mathematical library that the core needs, which has none.
 */
#ifndef CORE_BASE_REAL_H
#define CORE_BASE_REAL_H

/* Natural logarithm of x > 0, to about nine digits. */
double real_log(double x);
/* Square root of x >= 0. */
double real_sqrt(double x);

#endif
