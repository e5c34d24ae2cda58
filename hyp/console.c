/* SPDX-License-Identifier: BSD-2-Clause */
#include "hyp/console.h"

#include "hyp/arch.h"
#include "hyp/format.h"
#include "hyp/lock.h"
#include "hyp/pl011.h"

static struct {
	struct spinlock lock;
	uint64_t base;
	bool in_line; /* the last byte did not end a line */
	bool shared; /* or may not have: we do not see them all */
} console;

/* Without taking the lock. */
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
