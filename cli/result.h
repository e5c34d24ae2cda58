/* SPDX-License-Identifier: BSD-2-Clause */
/* The record the hypervisor leaves, and what is shown of it. */
#ifndef CLI_RESULT_H
#define CLI_RESULT_H

#include <stdbool.h>

/* "exit" of the record; what each means to us is in result_status(). */
enum record_exit {
	RECORD_GUEST_OFF = 0,
	RECORD_GUEST_FAILED = 1,
	RECORD_TIMEOUT = 3,
	RECORD_EL2_FAULT = 4,
	RECORD_BAD_GUEST = 5,
};

struct result;

/* Read the record from FILE; null when there is none. */
struct result *result_read(const char *file);

enum record_exit result_exit(const struct result *r);
/* Why, a text; null when the record does not say. */
const char *result_reason(const struct result *r);
/* The guest asked for a reset, not for power off. */
bool result_reset(const struct result *r);
/* Times the library found one of its own rules broken. */
long result_invariant_failures(const struct result *r);

/* A number of the record, in `group` or, null, outside of any; 0: none. */
long long result_number(const struct result *r, const char *group,
			const char *key);

/* The table that closes a run, on standard error. */
void result_show(const struct result *r, bool icount);

/* The whole record as JSON; null, or what went wrong. */
const char *result_save(const struct result *r, const char *file);

#endif
