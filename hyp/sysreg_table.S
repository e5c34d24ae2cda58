/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System registers chosen at run time; see sysreg_table.h.  MRS and MSR have
 * the register in the instruction word.  So each register has a function of its
 * own, which is 8 bytes long (two instructions), and a computed branch leads to
 * it.
 */
	.text

/* uint64_t id_reg_read(unsigned int index): (CRm - 1) * 8 + op2 */
	.global id_reg_read
id_reg_read:
	adr	x1, 1f
	add	x1, x1, x0, lsl #3
	br	x1
1:
	.irp	crm, 1, 2, 3, 4, 5, 6, 7
	.irp	op2, 0, 1, 2, 3, 4, 5, 6, 7
	mrs	x0, s3_0_c0_c\crm\()_\op2
	ret
	.endr
	.endr

/* void debug_reg_write(unsigned int op2, unsigned int n, uint64_t value) */
	.global debug_reg_write
debug_reg_write:
	sub	w0, w0, #4		/* op2 is 4 to 7, CRm is n */
	add	w0, w0, w1, lsl #2
	adr	x1, 1f
	add	x1, x1, x0, lsl #3
	br	x1
1:
	.irp	crm, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	.irp	op2, 4, 5, 6, 7
	msr	s2_0_c0_c\crm\()_\op2, x2
	ret
	.endr
	.endr
