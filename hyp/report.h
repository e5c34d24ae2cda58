/* SPDX-License-Identifier: BSD-2-Clause */
/* A report for the person who looks why a guest hangs. */
#ifndef HYP_REPORT_H
#define HYP_REPORT_H

struct vm;

/*
 * Print to the console where each vCPU is and every interrupt that is pending
 * or active.  Only run_end() calls this; a CPU that did not stop may still
 * change what is printed.
 */
void report_timeout(struct vm *v);

#endif
