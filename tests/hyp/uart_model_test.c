/* SPDX-License-Identifier: BSD-2-Clause */
#include "hyp/pl011.h"
#include "hyp/uart_model.h"
#include "tests/hyp/test.h"

static struct uart_model uart;

static uint32_t get(uint32_t offset)
{
	return uart_model_read(&uart, offset);
}

static void set(uint32_t offset, uint32_t value)
{
	uint8_t sent;

	assert_false(uart_model_write(&uart, offset, value, &sent));
}

static void receive(const char *text)
{
	while (*text) {
		uart_model_receive(&uart, (uint8_t)*text++);
	}
}

static int reset(void **state)
{
	(void)state;
	uart_model_reset(&uart);
	return 0;
}

/* DDI 0183 table 3-1 */
static void reset_values(void **state)
{
	static const uint8_t id[] = {
		0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1,
	};
	uint32_t i;

	(void)state;
	assert_int_equal(get(UARTFR), UARTFR_TXFE | UARTFR_RXFE);
	assert_int_equal(get(UARTCR), 0x300);
	assert_int_equal(get(UARTIFLS), 0x12);
	for (i = 0; i < sizeof(id); i++) {
		assert_int_equal(get(UARTPeriphID0 + i * 4), id[i]);
	}
	for (i = UARTIMSC; i <= UARTDMACR; i += 4) {
		assert_int_equal(get(i), 0);
	}
	assert_int_equal(get(0x100), 0);
}

static void remembers(void **state)
{
	(void)state;
	set(UARTIBRD, UINT32_MAX);
	set(UARTFBRD, UINT32_MAX);
	set(UARTIMSC, UINT32_MAX);
	set(UARTFR, UINT32_MAX);
	assert_int_equal(get(UARTIBRD), 0xffff);
	assert_int_equal(get(UARTFBRD), 0x3f);
	assert_int_equal(get(UARTIMSC), 0x7ff);
	assert_int_equal(get(UARTFR), UARTFR_TXFE | UARTFR_RXFE);
}

/* The transmit interrupt follows a byte, not the mere empty FIFO. */
static void transmit(void **state)
{
	uint8_t sent = 0;

	(void)state;
	set(UARTIMSC, UART_INT_TX);
	assert_false(uart_model_line(&uart));
	assert_true(uart_model_write(&uart, UARTDR, 'x', &sent));
	assert_int_equal(sent, 'x');
	assert_true(uart_model_line(&uart));
	assert_int_equal(get(UARTFR), UARTFR_TXFE | UARTFR_RXFE);
	set(UARTICR, UART_INT_TX);
	assert_false(uart_model_line(&uart));
	assert_true(uart_model_write(&uart, UARTDR, 'y', &sent));
	assert_true(uart_model_line(&uart));
	set(UARTIMSC, 0);
	assert_false(uart_model_line(&uart));
	assert_int_equal(get(UARTRIS), UART_INT_TX);
	assert_int_equal(get(UARTMIS), 0);
}

static void receive_one(void **state)
{
	(void)state;
	set(UARTIMSC, UART_INT_RX);
	receive("a");
	assert_int_equal(get(UARTRIS), UART_INT_RX | UART_INT_RT);
	assert_int_equal(get(UARTMIS), UART_INT_RX);
	/* No FIFO: the one holding register is full. */
	assert_int_equal(get(UARTFR), UARTFR_TXFE | UARTFR_RXFF);
	assert_false(uart_model_has_room(&uart));
	assert_int_equal(get(UARTDR), 'a');
	assert_false(uart_model_line(&uart));
	assert_int_equal(get(UARTRIS), 0);
	assert_int_equal(get(UARTFR), UARTFR_TXFE | UARTFR_RXFE);
	assert_int_equal(get(UARTDR), 0);
}

/* A FIFO of 16; the trigger of UARTIFLS; time-out for what is below it. */
static void receive_fifo(void **state)
{
	static const unsigned int trigger[] = { 2, 4, 8, 12, 14 };
	unsigned int level, i;

	(void)state;
	set(UARTLCR_H, UARTLCR_H_FEN);
	set(UARTIMSC, UART_INT_RX);
	for (level = 0; level < 5; level++) {
		set(UARTIFLS, level << 3);
		for (i = 1; i <= UART_FIFO_SIZE; i++) {
			assert_true(uart_model_has_room(&uart));
			uart_model_receive(&uart, (uint8_t)i);
			assert_int_equal(uart_model_line(&uart),
					 i >= trigger[level]);
			assert_true(get(UARTRIS) & UART_INT_RT);
		}
		assert_false(uart_model_has_room(&uart));
		assert_true(get(UARTFR) & UARTFR_RXFF);
		for (i = 1; i <= UART_FIFO_SIZE; i++) {
			assert_int_equal(get(UARTDR), i);
			assert_int_equal(uart_model_line(&uart),
					 UART_FIFO_SIZE - i >= trigger[level]);
		}
		assert_int_equal(get(UARTRIS), 0);
	}
}

/* What stays in the FIFO after a clear is not forgotten by the time-out. */
static void timeout_again(void **state)
{
	(void)state;
	set(UARTLCR_H, UARTLCR_H_FEN);
	set(UARTIMSC, UART_INT_RT);
	receive("ab");
	set(UARTICR, UART_INT_RT);
	assert_false(uart_model_line(&uart));
	assert_int_equal(get(UARTDR), 'a');
	assert_true(uart_model_line(&uart));
	assert_int_equal(get(UARTDR), 'b');
	assert_false(uart_model_line(&uart));
}

static void overrun(void **state)
{
	(void)state;
	receive("ab");
	assert_int_equal(get(UARTRSR), UARTRSR_OE);
	assert_true(get(UARTRIS) & UART_INT_OE);
	set(UARTRSR, 0);
	set(UARTICR, UART_INT_OE);
	assert_int_equal(get(UARTRSR), 0);
	assert_int_equal(get(UARTRIS), UART_INT_RX | UART_INT_RT);
	assert_int_equal(get(UARTDR), 'a');
}

static void fifo_switch_flushes(void **state)
{
	(void)state;
	set(UARTLCR_H, UARTLCR_H_FEN);
	receive("abc");
	/* The same again, as a driver sets its line, loses nothing. */
	set(UARTLCR_H, UARTLCR_H_FEN | UARTLCR_H_WLEN8);
	assert_int_equal(get(UARTDR), 'a');
	set(UARTLCR_H, 0);
	assert_true(get(UARTFR) & UARTFR_RXFE);
	assert_int_equal(get(UARTRIS), 0);
}

static void loopback(void **state)
{
	(void)state;
	set(UARTCR, UARTCR_UARTEN | UARTCR_LBE | UARTCR_TXE | UARTCR_RXE);
	set(UARTDR, 'z');
	assert_int_equal(get(UARTDR), 'z');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(reset_values, reset),
		cmocka_unit_test_setup(remembers, reset),
		cmocka_unit_test_setup(transmit, reset),
		cmocka_unit_test_setup(receive_one, reset),
		cmocka_unit_test_setup(receive_fifo, reset),
		cmocka_unit_test_setup(timeout_again, reset),
		cmocka_unit_test_setup(overrun, reset),
		cmocka_unit_test_setup(fifo_switch_flushes, reset),
		cmocka_unit_test_setup(loopback, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
