/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The arm64 Image header.  A binary linked without this file is a raw one,
 * and begins with start.S.
 */
	.section .head, "ax"
	b	start
	.long	0
	.quad	0			/* text_offset */
	.quad	__image_size
	.quad	0xa			/* little endian, 4 KiB, anywhere */
	.quad	0, 0, 0
	.ascii	"ARM\x64"
	.long	0
