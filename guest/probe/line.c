/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A device's level from end to end.  The UART's transmit interrupt is raised
 * and lowered while its SPI is disabled, ended, made pending and made active in
 * every way that the distributor offers.  The UART may be real or emulated, and
 * hardware or software may end its interrupt: it must come as often as it
 * should and never get stuck.
 */
#include <stdatomic.h>
#include <stddef.h>

#include "guest/demo/kit.h"
#include "guest/lib/lib.h"

#define SPI_UART 33
#define UARTDR (UART_BASE + 0x00)
#define UARTIMSC (UART_BASE + 0x38)
#define UARTICR (UART_BASE + 0x44)
#define UART_INT_TX (1u << 5)
#define ROUNDS 400

/* With room in the FIFO the UART asks for more to send. */
static void raise_line(void)
{
	mmio_write32(UARTDR, '\r');
	mmio_write32(UARTIMSC, UART_INT_TX);
}

static void lower_line(void)
{
	mmio_write32(UARTIMSC, 0);
	mmio_write32(UARTICR, UART_INT_TX);
}

static void lower(uint32_t intid)
{
	(void)intid;
	lower_line();
}

static void disable(uint32_t intid)
{
	irq_disable(intid);
}

static void disable_and_lower(uint32_t intid)
{
	irq_disable(intid);
	lower_line();
}

static void lower_the_third_time(uint32_t intid)
{
	if (kit_count(0) == 3) {
		lower(intid);
	}
}

/* Did it come n times to CPU 0, and not more often? */
static bool came(unsigned int n)
{
	bool enough = n == 0 || kit_wait(0, n);

	kit_settle();
	return enough && kit_count(0) == n;
}

static bool comes_once(void)
{
	kit_hook(0, lower);
	raise_line();
	return came(1);
}

/* Has what was done before left it stuck? */
static bool comes_again(void)
{
	kit_clear();
	return comes_once();
}

static bool comes_while_up(void)
{
	kit_hook(0, lower_the_third_time);
	raise_line();
	return came(3) && comes_again();
}

/*
 * Reading this traps, which is when a hypervisor learns that the line is low.
 */
static bool falls_untaken(void)
{
	port_mask();
	raise_line();
	kit_settle();
	lower_line();
	irq_is_pending(SPI_UART);
	port_unmask();
	return came(0) && comes_again();
}

static bool field_02_disabled_while_active(void)
{
	kit_hook(0, disable_and_lower);
	raise_line();
	if (!came(1)) {
		return false;
	}
	irq_enable(SPI_UART);
	return comes_again();
}

static bool disabled_while_active_and_up(void)
{
	kit_hook(0, disable);
	raise_line();
	if (!came(1)) {
		return false;
	}
	kit_hook(0, lower);
	irq_enable(SPI_UART);
	return came(2) && comes_again();
}

static void deactivate(void)
{
	irq_deactivate(SPI_UART);
}

/*
 * Its priority is dropped but it is active, so it must not come again until a
 * CPU writes ICACTIVER.
 */
static bool ended_by_write(unsigned int cpu)
{
	eoimode(1);
	kit_finish(0, FINISH_DROP);
	kit_hook(0, lower);
	raise_line();
	if (!came(1) || !irq_is_active(SPI_UART)) {
		return false;
	}
	raise_line();
	if (!came(1)) {
		return false;
	}
	kit_finish(0, FINISH_ALL);
	task_on(cpu, deactivate);
	return came(2) && comes_again();
}

static bool ended_by_own_write(void)
{
	return ended_by_write(0);
}

static bool ended_from_elsewhere(void)
{
	return ended_by_write(1);
}

static bool made_pending(void)
{
	irq_pend(SPI_UART);
	return came(1) && comes_again();
}

static bool made_pending_and_not(void)
{
	irq_disable(SPI_UART);
	irq_pend(SPI_UART);
	irq_unpend(SPI_UART);
	irq_enable(SPI_UART);
	return came(0) && comes_again();
}

static bool made_active(void)
{
	irq_activate(SPI_UART);
	kit_hook(0, lower);
	raise_line();
	if (!came(0)) {
		return false;
	}
	irq_deactivate(SPI_UART);
	return came(1) && comes_again();
}

static atomic_bool lowered;

static void lower_and_tell(uint32_t intid)
{
	lower(intid);
	atomic_store(&lowered, true);
}

static bool line_is_low(void)
{
	return atomic_load(&lowered);
}

/* On each CPU in turn, raised as soon as the line is low. */
static bool comes_everywhere(void)
{
	unsigned int n = port_nr_cpus();

	for (unsigned int i = 0; i < ROUNDS; i++) {
		unsigned int cpu = i % n;

		atomic_store(&lowered, false);
		kit_hook(cpu, lower_and_tell);
		irq_route(SPI_UART, cpu);
		raise_line();
		if (!kit_until(line_is_low)) {
			return false;
		}
	}
	irq_route(SPI_UART, 0);
	return comes_again();
}

static const struct step steps[] = {
	{ "comes once", comes_once, 1, 2 },
	{ "comes while the line is up", comes_while_up, 1, 2 },
	{ "falls untaken", falls_untaken, 1, 2 },
	{ "disabled while active", field_02_disabled_while_active, 1, 2 },
	{ "disabled while active and up", disabled_while_active_and_up, 1, 2 },
	{ "ended by ICACTIVER", ended_by_own_write, 1, 2 },
	{ "ended by another CPU", ended_from_elsewhere, 2, 2 },
	{ "made pending", made_pending, 1, 2 },
	{ "made pending, and not", made_pending_and_not, 1, 2 },
	{ "made active", made_active, 1, 2 },
	{ "comes everywhere", comes_everywhere, 1, 2 },
};

static void fresh(void)
{
	kit_reset();
	lower_line();
	irq_disable(SPI_UART);
	irq_unpend(SPI_UART);
	irq_deactivate(SPI_UART);
	irq_group(SPI_UART, 1);
	irq_edge(SPI_UART, false);
	irq_priority(SPI_UART, PRIORITY_DEFAULT);
	irq_route(SPI_UART, 0);
	irq_enable(SPI_UART);
}

bool guest_main(void)
{
	bool pass = kit_start();

	for (size_t i = 0; pass && i < sizeof(steps) / sizeof(steps[0]); i++) {
		bool ok = true;

		if (port_nr_cpus() >= steps[i].min_cpus) {
			fresh();
			ok = steps[i].run();
			lower_line();
			say("line: %s: %s\n", steps[i].name, ok ? "yes" : "no");
		}
		pass = pass && ok;
	}
	say("line: %s\n", pass ? "PASS" : "FAIL");
	return pass;
}
