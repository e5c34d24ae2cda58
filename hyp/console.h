/* SPDX-License-Identifier: BSD-2-Clause */
/* The physical PL011: shared by the guest's console and our messages. */
#ifndef HYP_CONSOLE_H
#define HYP_CONSOLE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

/* Use the UART at `base` (mapped already). */
void console_init(uint64_t base);

/*
 * The receive interrupt; off while the guest cannot take more.  Both belong
 * to the guest's PL011 (pl011.c), under its lock.
 */
void console_listen(bool on);
bool console_getc(uint8_t *byte);

void console_putc(uint8_t byte);

/*
 * The guest has the UART from now on, and what it writes does not pass here.
 * Our messages go there all the same, by polling, each on a line of its own.
 */
void console_share(void);

/*
 * One line of ours: prefixed "vgic: ", newline added.  Knows %s %c %d %u %x
 * %p, the l and ll modifiers, width and 0.
 */
void console_msg(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/* The console lock is held by a CPU that died: go on without. */
void console_break_lock(void);

#endif
