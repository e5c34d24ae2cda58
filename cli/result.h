/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The record of a run: counters and how it ended, which the hypervisor writes
 * as JSON into a flash bank (hyp/result.c), and what is shown of it.
 */
#ifndef CLI_RESULT_H
#define CLI_RESULT_H

#include <stdbool.h>

#include "json.h"

/* "exit" of the record.  Its other keys are read by name where they matter. */
enum record_exit {
	RECORD_GUEST_OFF = 0,
	RECORD_GUEST_FAILED = 1,
	RECORD_TIMEOUT = 3,
	RECORD_EL2_FAULT = 4,
	RECORD_BAD_GUEST = 5,
};

/* Read the record from `file`; null when the hypervisor has written none. */
json_t *result_read(const char *file);

/* The table that closes a run, on standard error. */
void result_show(const json_t *record, bool icount);

#endif
