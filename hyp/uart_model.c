/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The PL011 r1p5 as its programmer sees it (Arm DDI 0183).  Time does not exist
 * in it: a byte that is sent has left at once, and the receive time-out, 32 bit
 * periods without a new byte, is always over, so that every byte that waits
 * raises an interrupt.
 */
#include "hyp/uart_model.h"

#include <stddef.h>

#include "hyp/pl011.h"

/* Reset values, DDI 0183 table 3-1; all others are 0. */
#define RESET_CR (UARTCR_TXE | UARTCR_RXE)
#define RESET_IFLS 0x12 /* both FIFOs at half */
#define NR_IDS 8

/*
 * UARTPeriphID0 to 3: part 0x011, designer Arm, revision 1, of which the FIFOs
 * are 16 deep; then UARTPCellID0 to 3.
 */
static const uint8_t ids[NR_IDS] = {
	0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1,
};

/* Registers that hold the bits `mask` of what was written last. */
static const struct {
	uint32_t offset;
	uint32_t mask;
	size_t member;
} plain[] = {
	{ UARTILPR, 0xff, offsetof(struct uart_model, ilpr) },
	{ UARTIBRD, 0xffff, offsetof(struct uart_model, ibrd) },
	{ UARTFBRD, 0x3f, offsetof(struct uart_model, fbrd) },
	{ UARTLCR_H, 0xff, offsetof(struct uart_model, lcr_h) },
	{ UARTCR, 0xff87, offsetof(struct uart_model, cr) },
	{ UARTIFLS, 0x3f, offsetof(struct uart_model, ifls) },
	{ UARTIMSC, UART_INT_ALL, offsetof(struct uart_model, imsc) },
	{ UARTDMACR, 7, offsetof(struct uart_model, dmacr) },
};

#define NR_PLAIN (sizeof(plain) / sizeof(plain[0]))

/* The one at `offset`; null: it is none of these. */
static uint32_t *plain_register(struct uart_model *uart, uint32_t offset,
				uint32_t *mask)
{
	size_t i;

	for (i = 0; i < NR_PLAIN; i++) {
		if (plain[i].offset == offset) {
			*mask = plain[i].mask;
			return (uint32_t *)(void *)((char *)uart +
						    plain[i].member);
		}
	}
	return NULL;
}

/* Without FIFOs there is one holding register: DDI 0183 2.4.2. */
static unsigned int depth(const struct uart_model *uart)
{
	return uart->lcr_h & UARTLCR_H_FEN ? UART_FIFO_SIZE : 1;
}

/* So many bytes raise the receive interrupt: DDI 0183 3.3.9. */
static unsigned int rx_trigger(const struct uart_model *uart)
{
	static const uint8_t level[] = { 2, 4, 8, 12, 14, 14, 14, 14 };

	if (!(uart->lcr_h & UARTLCR_H_FEN)) {
		return 1;
	}
	return level[uart->ifls >> UARTIFLS_RXIFLSEL_SHIFT & UARTIFLS_RXIFLSEL];
}

/* Empty the receive FIFO. */
static void flush(struct uart_model *uart)
{
	uart->head = 0;
	uart->count = 0;
	uart->ris &= ~(UART_INT_RX | UART_INT_RT);
}

void uart_model_reset(struct uart_model *uart)
{
	*uart = (struct uart_model){ .cr = RESET_CR, .ifls = RESET_IFLS };
}

bool uart_model_has_room(const struct uart_model *uart)
{
	return uart->count < depth(uart);
}

bool uart_model_line(const struct uart_model *uart)
{
	return uart->ris & uart->imsc;
}

/*
 * UARTEN and RXE do not matter, unlike in hardware: what is typed before the
 * guest's driver starts waits in the FIFO, and test programs for QEMU's virt,
 * where it is so, never set them.
 */
void uart_model_receive(struct uart_model *uart, uint8_t byte)
{
	if (!uart_model_has_room(uart)) {
		uart->rsr |= UARTRSR_OE;
		uart->ris |= UART_INT_OE;
		return;
	}
	uart->fifo[(uart->head + uart->count) % UART_FIFO_SIZE] = byte;
	uart->count++;
	if (uart->count >= rx_trigger(uart)) {
		uart->ris |= UART_INT_RX;
	}
	uart->ris |= UART_INT_RT;
}

/* UARTDR; an empty FIFO reads as zero. */
static uint32_t read_data(struct uart_model *uart)
{
	uint32_t byte;

	if (!uart->count) {
		return 0;
	}
	byte = uart->fifo[uart->head];
	uart->head = (uart->head + 1) % UART_FIFO_SIZE;
	uart->count--;
	if (uart->count < rx_trigger(uart)) {
		uart->ris &= ~UART_INT_RX;
	}
	/* Reading ends the time-out; for the bytes left it is over again. */
	if (uart->count) {
		uart->ris |= UART_INT_RT;
	} else {
		uart->ris &= ~UART_INT_RT;
	}
	return byte;
}

/* UARTFR: the transmit FIFO is always empty. */
static uint32_t flags(const struct uart_model *uart)
{
	return UARTFR_TXFE | (uart->count ? 0 : UARTFR_RXFE) |
	       (uart_model_has_room(uart) ? 0 : UARTFR_RXFF);
}

uint32_t uart_model_read(struct uart_model *uart, uint32_t offset)
{
	uint32_t mask;
	const uint32_t *reg = plain_register(uart, offset, &mask);

	if (reg) {
		return *reg;
	}
	if (offset >= UARTPeriphID0 && offset < UARTPeriphID0 + NR_IDS * 4) {
		return ids[(offset - UARTPeriphID0) / 4];
	}
	switch (offset) {
	case UARTDR:
		return read_data(uart);
	case UARTRSR:
		return uart->rsr;
	case UARTFR:
		return flags(uart);
	case UARTRIS:
		return uart->ris;
	case UARTMIS:
		return uart->ris & uart->imsc;
	default:
		return 0;
	}
}

/*
 * UARTDR.  TX is raised when the transmit FIFO becomes emptier than its
 * trigger level, which it does behind every byte.
 */
static bool write_data(struct uart_model *uart, uint8_t byte, uint8_t *sent)
{
	uart->ris |= UART_INT_TX;
	if (uart->cr & UARTCR_LBE) {
		uart_model_receive(uart, byte);
		return false;
	}
	*sent = byte;
	return true;
}

bool uart_model_write(struct uart_model *uart, uint32_t offset, uint32_t value,
		      uint8_t *sent)
{
	uint32_t mask;
	uint32_t *reg = plain_register(uart, offset, &mask);

	if (reg) {
		/* Switching the FIFOs empties them, DDI 0183 3.3.8. */
		if (offset == UARTLCR_H && ((*reg ^ value) & UARTLCR_H_FEN)) {
			flush(uart);
		}
		*reg = value & mask;
		return false;
	}
	switch (offset) {
	case UARTDR:
		return write_data(uart, (uint8_t)value, sent);
	case UARTRSR:
		uart->rsr = 0;
		return false;
	case UARTICR:
		uart->ris &= ~value;
		return false;
	default:
		return false;
	}
}
