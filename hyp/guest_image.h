/* SPDX-License-Identifier: BSD-2-Clause */
/* Kernel and initrd, which the loader has put into guest RAM. */
#ifndef HYP_GUEST_IMAGE_H
#define HYP_GUEST_IMAGE_H

struct vm;

/*
 * Check that kernel and initrd lie whole within guest RAM, below the device
 * tree and apart from each other, and that the kernel is one that can run;
 * sets v->entry_ipa.  v->ram_* is known.  Returns null, or a constant text
 * that says what is wrong.  Boot CPU, before guests run.
 */
const char *guest_image_check(struct vm *v);

#endif
