/* SPDX-License-Identifier: BSD-2-Clause */
/* The device tree that describes the guest's machine to its kernel. */
#ifndef HYP_GUEST_FDT_H
#define HYP_GUEST_FDT_H

struct vm;

/*
 * Write the tree to the last GUEST_DTB_MAX bytes of guest RAM, clean it to
 * memory and set v->dtb_ipa.  v's RAM, vCPUs and devices are known.  Returns
 * null, or a constant text that says why not.  Boot CPU, before guests run and
 * before cpu_init_el2(): libfdt uses FP registers.
 */
const char *guest_fdt_build(struct vm *v);

#endif
