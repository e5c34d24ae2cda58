/* SPDX-License-Identifier: BSD-2-Clause */
/* The record of a run, for the command that started it. */
#ifndef HYP_RESULT_H
#define HYP_RESULT_H

#include <stdbool.h>

#include "hyp/run.h"

/*
 * Write the record to flash bank 1: what run_end() was called with, and the
 * counters of the VM as far as it exists.  Only run_end() calls this, on one
 * CPU, when the others have stopped or do not answer; takes no lock.  Without
 * flash nothing is written.
 */
void result_write(enum run_exit how, const char *reason, bool reset);

#endif
