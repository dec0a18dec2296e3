/*
 * clock: the system's time, zones and chance, behind the seams of core/time/civil.h and core/store.h.
 */
#ifndef ADAPTERS_CLOCK_CLOCK_H
#define ADAPTERS_CLOCK_CLOCK_H

#include "core/store.h"
#include "core/time/civil.h"

struct clock *clock_system(void); /* CLOCK_REALTIME */
/* Monotonic, and a machine that sleeps is no younger when it wakes (CLOCK_BOOTTIME). */
int64_t clock_boot_ms(void);
/* The system's zone files (/usr/share/zoneinfo). One thread at a time. */
struct zones *zones_system(void);
/* IANA name of this machine's zone, from TZ or /etc/localtime; "UTC" if it can't be told. Static storage. */
const char *zone_of_system(void);
struct entropy *entropy_system(void); /* getrandom(2) */

#endif
