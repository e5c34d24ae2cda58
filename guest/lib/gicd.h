/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef GUEST_LIB_GICD_H
#define GUEST_LIB_GICD_H

/*
 * What an interrupt's handler shall find, on whatever CPU, is stored before
 * the write that lets the interrupt loose.
 */
static inline void publish(void)
{
	__asm__ volatile("dsb sy" : : : "memory");
}

#endif
