/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A PL011 as its driver sees it: registers and FIFO, nothing around them.  The
 * caller keeps calls for one UART apart, passes bytes on, and looks at the line
 * after each call that may have changed it.
 */
#ifndef HYP_UART_MODEL_H
#define HYP_UART_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#define UART_FIFO_SIZE 16

struct uart_model {
	/* Registers, by their names without UART. */
	uint32_t rsr, ilpr, ibrd, fbrd, lcr_h, cr, ifls, imsc, dmacr;
	uint32_t ris;
	/* What was received: a ring of `count` bytes, the first at `head`. */
	uint8_t fifo[UART_FIFO_SIZE];
	unsigned int head, count;
};

/* Give the registers their reset values, and empty the FIFO. */
void uart_model_reset(struct uart_model *uart);

/*
 * Read the register at `offset`, a multiple of 4; what does not exist reads as
 * zero.  Reading UARTDR takes a byte out of the FIFO.
 */
uint32_t uart_model_read(struct uart_model *uart, uint32_t offset);

/*
 * Write the register at `offset`, a multiple of 4; what does not exist ignores
 * it.  True: a byte was sent, and is in *sent.
 */
bool uart_model_write(struct uart_model *uart, uint32_t offset, uint32_t value,
		      uint8_t *sent);

/*
 * A byte is received.  Without room in the FIFO it is lost, and the guest sees
 * an overrun; has_room() says so beforehand.
 */
void uart_model_receive(struct uart_model *uart, uint8_t byte);
bool uart_model_has_room(const struct uart_model *uart);

/* The level of UARTINTR, the combined interrupt. */
bool uart_model_line(const struct uart_model *uart);

#endif
