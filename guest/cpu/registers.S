/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What C cannot do: read ID registers by number, and hold values in all FP and
 * SIMD registers.
 */
	.arch	armv8-a+fp+simd

#define FPSR_QC_CUMULATIVE 0x0800009f
#define FPCR_ROUND_ZERO 0x00c00000

	.text
	.global	id_register
id_register:
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

	.macro	each_q do
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	\do	\n
	.endr
	.irp	n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29
	\do	\n
	.endr
	.irp	n, 30, 31
	\do	\n
	.endr
	.endm

	/*
	 * The halves of register n get seed + 2n and seed + 2n + 1, so that no
	 * two halves are alike, nor like those of another CPU.
	 */
	.macro	fill n
	add	x1, x0, #\n * 2
	fmov	d\n, x1
	add	x1, x1, #1
	fmov	v\n\().d[1], x1
	.endm

	.macro	compare n
	add	x1, x0, #\n * 2
	fmov	x2, d\n
	eor	x2, x2, x1
	orr	x3, x3, x2
	add	x1, x1, #1
	fmov	x2, v\n\().d[1]
	eor	x2, x2, x1
	orr	x3, x3, x2
	.endm

	.global	fp_fill
fp_fill:
	each_q	fill
	ldr	x1, =FPSR_QC_CUMULATIVE
	and	x2, x0, x1
	msr	fpsr, x2
	ldr	x1, =FPCR_ROUND_ZERO
	and	x2, x0, x1
	msr	fpcr, x2
	ret

	.global	fp_holds
fp_holds:
	mov	x3, xzr
	each_q	compare
	ldr	x1, =FPSR_QC_CUMULATIVE
	and	x2, x0, x1
	mrs	x1, fpsr
	eor	x2, x2, x1
	orr	x3, x3, x2
	ldr	x1, =FPCR_ROUND_ZERO
	and	x2, x0, x1
	mrs	x1, fpcr
	eor	x2, x2, x1
	orr	x3, x3, x2
	cmp	x3, #0
	cset	x0, eq
	ret

	.global	landmark
landmark:
	nop
	ret
