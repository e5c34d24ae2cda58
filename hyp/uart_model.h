/* SPDX-License-Identifier: BSD-2-Clause */
/* A PL011 as its driver sees it; no locks, no lines.  (uart_model.c) */
#ifndef HYP_UART_MODEL_H
#define HYP_UART_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#define UART_FIFO_SIZE 16

struct uart_model {
	uint32_t rsr, ilpr, ibrd, fbrd, lcr_h, cr, ifls, imsc, dmacr;
	uint32_t ris;
	uint8_t fifo[UART_FIFO_SIZE]; /* received, a ring */
	unsigned int head, count;
};

void uart_model_reset(struct uart_model *uart);

/* A register at `offset`, a multiple of 4.  Unknown ones read as zero. */
uint32_t uart_model_read(struct uart_model *uart, uint32_t offset);

/* Returns true when it sent something: the byte is in *sent. */
bool uart_model_write(struct uart_model *uart, uint32_t offset,
		      uint32_t value, uint8_t *sent);

/* The line brings a byte.  Without room it is lost: overrun. */
void uart_model_receive(struct uart_model *uart, uint8_t byte);
bool uart_model_has_room(const struct uart_model *uart);

/* The level of UARTINTR, the combined interrupt. */
bool uart_model_line(const struct uart_model *uart);

#endif
