/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest's PL011: uart_model.c is connected with the physical UART and with
 * the vGIC.  Not used when the guest drives the machine's UART itself
 * (vgic.passthrough=uart).
 */
#ifndef HYP_GUEST_UART_H
#define HYP_GUEST_UART_H

#include <stdbool.h>
#include <stdint.h>

struct vm;

/* Reset it and listen to the physical UART.  Boot CPU; v->gic exists. */
void guest_uart_init(struct vm *v);

/*
 * The handler of the physical UART's SPI, for irq_enable_spi(): takes in what
 * was typed.  Returns false: EL2 deactivates the interrupt.
 */
bool guest_uart_irq(uint32_t intid);

/*
 * The guest reads or writes the 32-bit register at `offset`, a multiple of 4
 * below GUEST_UART_SIZE.  Registers that do not exist read as zero and ignore
 * writes.  On any vCPU's thread, entered or not; takes the UART's lock, and
 * with it may inject the UART's SPI, which may kick that very vCPU.
 */
uint32_t guest_uart_read(uint32_t offset);
void guest_uart_write(uint32_t offset, uint32_t value);

#endif
