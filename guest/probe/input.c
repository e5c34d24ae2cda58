/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * More input than any FIFO holds, taken by the UART's interrupt, with pauses in
 * which it piles up.  Every byte must come, in order, and the line must fall
 * when the FIFO is empty.
 */
#include "guest/lib/gic.h"
#include "guest/lib/lib.h"
#include "guest/text.h"

#define UART_INTID 33
#define UARTDR (UART_BASE + 0x00)
#define UARTFR (UART_BASE + 0x18)
#define UARTFR_RXFE (1u << 4)
#define UARTLCR_H (UART_BASE + 0x2c)
#define UARTLCR_H_FEN (1u << 4)
#define UARTLCR_H_WLEN8 (3u << 5)
#define UARTCR (UART_BASE + 0x30)
#define UARTCR_ON 0x301
#define UARTIMSC (UART_BASE + 0x38)
#define UART_RX_AND_RT (1u << 4 | 1u << 6)

#define TOTAL 10000
#define PAUSE_EVERY 1000
#define PAUSE_US 20000
#define TIMEOUT_US 30000000

static volatile unsigned int received, wrong, interrupts;

/* What the command sends: a to z over and over, a newline at the end. */
static char expected(unsigned int i)
{
	return i == TOTAL - 1 ? '\n' : (char)('a' + i % 26);
}

static void handle_irq(void)
{
	uint32_t intid = gic_acknowledge(1);

	if (intid >= GIC_INTID_SPURIOUS) {
		return;
	}
	interrupts++;
	while (!(mmio_read32(UARTFR) & UARTFR_RXFE)) {
		if ((char)mmio_read32(UARTDR) != expected(received)) {
			wrong++;
		}
		received++;
		if (received % PAUSE_EVERY == 0) {
			port_pause_us(PAUSE_US);
		}
	}
	gic_drop(1, intid);
}

static void set_up(void)
{
	mmio_write32(UARTLCR_H, UARTLCR_H_FEN | UARTLCR_H_WLEN8);
	mmio_write32(UARTCR, UARTCR_ON);
	mmio_write32(UARTIMSC, UART_RX_AND_RT);
	port_set_handlers(handle_irq, handle_irq);
	gic_start();
	gic_groups(false, true);
	irq_group(UART_INTID, 1);
	irq_priority(UART_INTID, PRIORITY_DEFAULT);
	irq_enable(UART_INTID);
	gic_open(false, true);
}

bool guest_main(void)
{
	uint64_t end = port_now_us() + TIMEOUT_US;
	bool pass;

	set_up();
	say("@vgic-input %u\n", TOTAL);
	port_unmask();
	while (received < TOTAL && port_now_us() < end) {
		port_relax();
	}
	port_mask();
	say("input: %u of %u bytes, %u wrong, by interrupt: %s\n", received,
	    TOTAL, wrong, interrupts ? "yes" : "no");
	pass = received == TOTAL && wrong == 0 && interrupts;
	say("input: %s\n", pass ? "PASS" : "FAIL");
	return pass;
}
