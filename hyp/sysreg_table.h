/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System registers chosen at run time.  MRS and MSR have the register's number
 * in the instruction word, so sysreg_table.S has an instruction for each.
 */
#ifndef HYP_SYSREG_TABLE_H
#define HYP_SYSREG_TABLE_H

#include <stdint.h>

/*
 * This CPU's ID register 3:0:c0:c<crm>:<op2>, crm 1 to 7 and op2 0 to 7, where
 * `index` is (crm - 1) * 8 + op2.  All of these encodings may be read at EL2:
 * those that are not allocated are RES0 (DDI 0487 D17.1.3).
 */
uint64_t id_reg_read(unsigned int index);

/*
 * Write `value` to DBGBVR<n>_EL1 (op2 4), DBGBCR<n>_EL1 (5), DBGWVR<n>_EL1 (6)
 * or DBGWCR<n>_EL1 (7).  `n` is 0 to 15 and exists on this CPU.
 */
void debug_reg_write(unsigned int op2, unsigned int n, uint64_t value);

#endif
