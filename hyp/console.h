/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The physical PL011.  The guest's emulated UART (guest_uart.c) sends and
 * receives through it, and the hypervisor prints its messages between that.
 */
#ifndef HYP_CONSOLE_H
#define HYP_CONSOLE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Use the UART at `base`, a physical address that EL2 has mapped, from now on:
 * interrupts off, transmitter and receiver on.  Boot CPU, before other CPUs
 * run; called again when the device tree names another UART.
 */
void console_init(uint64_t base);

/*
 * Input, for guest_uart.c alone and under its lock: turn the receive interrupt
 * on, or off while the guest's FIFO is full; take a byte, or return false when
 * none waits.
 */
void console_listen(bool on);
bool console_getc(uint8_t *byte);

/* Send a byte of the guest's.  Any CPU; takes the console lock, may poll. */
void console_putc(uint8_t byte);

/*
 * The guest drives the UART itself from now on (vgic.passthrough=uart), so what
 * it writes is not seen here.  Messages still go there, by polling, each on a
 * line of its own.
 */
void console_share(void);

/*
 * Print a message: one line, with "vgic: " in front.  `format` as format_to()
 * takes it.  Any CPU and context; takes the console lock, so of other locks
 * only those that precede it in lock.h may be held.
 */
void console_msg(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * Free the console lock, which a CPU holds that died or does not answer.  For
 * the end of a run only.
 */
void console_break_lock(void);

#endif
