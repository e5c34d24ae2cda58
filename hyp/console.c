/* SPDX-License-Identifier: BSD-2-Clause */
/* The driver of the physical PL011, Arm DDI 0183; see console.h. */
#include "hyp/console.h"

#include "hyp/arch.h"
#include "hyp/format.h"
#include "hyp/lock.h"
#include "hyp/pl011.h"

static struct {
	/* So that the bytes of a message are together; output only. */
	struct spinlock lock;
	uint64_t base;
	/* The last byte did not end a line: a message starts a new one. */
	bool in_line;
	/* The guest writes, too, without us: the last byte is not known. */
	bool shared;
} console;

/* Send a byte as soon as the FIFO has room.  The lock is held. */
static void put(uint8_t byte)
{
	while (mmio_read32(console.base + UARTFR) & UARTFR_TXFF) {
	}
	mmio_write32(console.base + UARTDR, byte);
	console.in_line = byte != '\n';
}

void console_init(uint64_t base)
{
	console.base = base;
	mmio_write32(base + UARTIMSC, 0);
	mmio_write32(base + UARTLCR_H, UARTLCR_H_FEN | UARTLCR_H_WLEN8);
	mmio_write32(base + UARTCR, UARTCR_UARTEN | UARTCR_TXE | UARTCR_RXE);
}

void console_listen(bool on)
{
	mmio_write32(console.base + UARTIMSC,
		     on ? UART_INT_RX | UART_INT_RT : 0);
}

bool console_getc(uint8_t *byte)
{
	if (mmio_read32(console.base + UARTFR) & UARTFR_RXFE) {
		return false;
	}
	*byte = (uint8_t)mmio_read32(console.base + UARTDR);
	return true;
}

void console_putc(uint8_t byte)
{
	spin_lock(&console.lock);
	put(byte);
	spin_unlock(&console.lock);
}

/* For format_to(). */
static void put_char(void *ctx, char c)
{
	(void)ctx;
	put((uint8_t)c);
}

static void put_text(const char *text)
{
	while (*text) {
		put((uint8_t)*text++);
	}
}

void console_msg(const char *format, ...)
{
	va_list args;

	spin_lock(&console.lock);
	if (console.in_line || console.shared) {
		put_text("\r\n");
	}
	put_text("vgic: ");
	va_start(args, format);
	format_to(put_char, NULL, format, args);
	va_end(args);
	put_text("\r\n");
	spin_unlock(&console.lock);
}

void console_share(void)
{
	console.shared = true;
}

void console_break_lock(void)
{
	spin_unlock(&console.lock);
}
