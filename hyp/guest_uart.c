/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Connects the guest's PL011, a uart_model, with the physical UART and with the
 * vGIC.
 *
 * Input is never lost here: while the guest's FIFO is full, the physical
 * receive interrupt is off and bytes wait in the machine's UART, until a read
 * by the guest makes room and fetches them.
 */
#include "hyp/guest_uart.h"

#include "hyp/console.h"
#include "hyp/guest_map.h"
#include "hyp/lock.h"
#include "hyp/uart_model.h"
#include "hyp/vm.h"

static struct {
	struct spinlock lock; /* all that follows */
	struct vgic *gic;
	struct uart_model model;
	bool line;	/* the level that the vGIC was told last */
	bool listening; /* the physical receive interrupt is on */
} uart;

/*
 * Set the vGIC's line to the UART's.  The caller holds the lock: otherwise a
 * CPU that read the line first could set the vGIC's last, with the old level.
 */
static void update_line(void)
{
	bool line = uart_model_line(&uart.model);

	if (line != uart.line) {
		uart.line = line;
		vgic_inject_irq(uart.gic, 0, vm_spi(GUEST_UART_SPI), line,
				NULL);
	}
}

/* Fetch what there is room for, and listen for more if there still is. */
static void take_input(void)
{
	uint8_t byte;
	bool room;

	while (uart_model_has_room(&uart.model) && console_getc(&byte)) {
		uart_model_receive(&uart.model, byte);
	}
	room = uart_model_has_room(&uart.model);
	if (room != uart.listening) {
		uart.listening = room;
		console_listen(room);
	}
}

void guest_uart_init(struct vm *v)
{
	uart_model_reset(&uart.model);
	uart.gic = v->gic;
	uart.listening = true;
	console_listen(true);
}

bool guest_uart_irq(uint32_t intid)
{
	(void)intid;
	spin_lock(&uart.lock);
	take_input();
	update_line();
	spin_unlock(&uart.lock);
	return false;
}

uint32_t guest_uart_read(uint32_t offset)
{
	uint32_t value;

	spin_lock(&uart.lock);
	value = uart_model_read(&uart.model, offset);
	if (!uart.listening) {
		take_input();
	}
	update_line();
	spin_unlock(&uart.lock);
	return value;
}

void guest_uart_write(uint32_t offset, uint32_t value)
{
	uint8_t byte;

	spin_lock(&uart.lock);
	if (uart_model_write(&uart.model, offset, value, &byte)) {
		console_putc(byte);
	}
	if (!uart.listening) {
		take_input();
	}
	update_line();
	spin_unlock(&uart.lock);
}
