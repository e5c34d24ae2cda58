/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where things lie for the guest, in intermediate physical addresses (IPA): as
 * on QEMU's `virt` machine, so that programs for it run here unchanged.
 */
#ifndef HYP_GUEST_MAP_H
#define HYP_GUEST_MAP_H

/*
 * Guest RAM begins here.  With a device that does DMA its IPA is its physical
 * address, for there is no SMMU to translate what the device is told.
 */
#define GUEST_RAM_IPA 0x40000000
#define GUEST_RAM_PA 0x50000000
/* The last part of guest RAM is for its device tree. */
#define GUEST_DTB_MAX 0x200000
/* Where a raw binary, without an Image header, is loaded and starts. */
#define GUEST_RAW_OFFSET 0x80000

#define GUEST_GICD_IPA 0x08000000 /* GICv2, GICv3 */
#define GUEST_GICC_IPA 0x08010000 /* GICv2 */
#define GUEST_IRS_IPA 0x08010000  /* GICv5 */
#define GUEST_GITS_IPA 0x08080000 /* GICv3 */
/* Redistributors, GICv3: so many fit here, the others are in region 2. */
#define GUEST_GICR_IPA 0x080a0000
#define GUEST_GICR_FRAMES 123
#define GUEST_GICR2_IPA 0x4000000000

#define GUEST_UART_IPA 0x09000000
#define GUEST_UART_SIZE 0x1000
#define GUEST_UART_SPI 1 /* counted from SPI 0 */

#define GUEST_NR_SPIS 256
/* GICv5: LPIs that the guest may use, and the bits of their IDs. */
#define GUEST_NR_LPIS 65536
#define GUEST_LPI_ID_BITS 16

#endif
