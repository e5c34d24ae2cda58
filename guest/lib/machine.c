/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * guest/port.h on QEMU's `virt` machine, or a hypervisor's that looks like it:
 * start, CPUs by PSCI, console, time, the timer.
 */
#include "guest/lib/machine.h"
#include "guest/lib/asm.h"
#include "guest/lib/fdt.h"

_Static_assert(MAX_CPUS == PORT_MAX_CPUS, "asm.h");

#define UART_DR 0x000
#define UART_FR 0x018
#define UART_FR_TXFF (1u << 5)
#define UART_CR 0x030
#define UART_CR_ENABLE 0x301 /* UARTEN, TXE, RXE */

#define CNTV_CTL_ENABLE 1
#define PSTATE_IRQ_FIQ 3

static struct {
	uint64_t dtb;
	const char *bootargs;
	unsigned int nr_cpus;
	uint32_t affinity[MAX_CPUS];
	void (*entry[MAX_CPUS])(void);
} machine;

/*
 * An MPIDR takes one cell of the device tree or two.  Aff3 is in bits 39:32,
 * and in bits 31:24 of what port.h calls an affinity.
 */
static uint32_t pack_affinity(uint64_t mpidr)
{
	return (uint32_t)(mpidr >> 8 & 0xff000000) | (mpidr & 0x00ffffff);
}

static uint64_t mpidr_of(unsigned int cpu)
{
	uint64_t affinity = machine.affinity[cpu];

	return (affinity & 0xff000000) << 8 | (affinity & 0x00ffffff);
}

static bool starts_with(const char *s, const char *prefix)
{
	while (*prefix != '\0') {
		if (*s++ != *prefix++) {
			return false;
		}
	}
	return true;
}

static bool same(const char *a, const char *b)
{
	return starts_with(a, b) && starts_with(b, a);
}

static void note_property(const struct fdt_property *p)
{
	uint64_t mpidr;

	if (starts_with(p->path, "/cpus/cpu@") && same(p->name, "reg") &&
	    machine.nr_cpus < MAX_CPUS) {
		mpidr = fdt_u32(p->value + p->len - 4);
		if (p->len == 8) {
			mpidr |= (uint64_t)fdt_u32(p->value) << 32;
		}
		machine.affinity[machine.nr_cpus++] = pack_affinity(mpidr);
	}
	if (same(p->path, "/chosen") && same(p->name, "bootargs")) {
		machine.bootargs = (const char *)p->value;
	}
}

/* port.h says that CPU 0 boots; the device tree may have another order. */
static void boot_cpu_first(void)
{
	uint32_t self = pack_affinity(sysreg_read(mpidr_el1));

	for (unsigned int i = 0; i < machine.nr_cpus; i++) {
		if (machine.affinity[i] == self) {
			machine.affinity[i] = machine.affinity[0];
		}
	}
	machine.affinity[0] = self;
}

void machine_main(uint64_t dtb)
{
	machine.dtb = dtb;
	machine.bootargs = "";
	mmio_write32(UART_BASE + UART_CR, UART_CR_ENABLE);
	if (fdt_valid((const void *)dtb)) {
		fdt_walk((const void *)dtb, note_property);
	}
	if (machine.nr_cpus == 0) {
		machine.nr_cpus = 1;
	}
	boot_cpu_first();
	gic_init_cpu();
	gic_init();
	if (!guest_main()) {
		machine_fail();
	}
	machine_off();
}

void machine_secondary(uint64_t cpu)
{
	gic_init_cpu();
	machine.entry[cpu]();
	port_cpu_off();
}

uint64_t machine_dtb(void)
{
	return machine.dtb;
}

const char *bootarg(const char *key)
{
	const char *p = machine.bootargs;

	while (*p != '\0') {
		if (starts_with(p, key)) {
			return p;
		}
		while (*p != '\0' && *p != ' ') {
			p++;
		}
		while (*p == ' ') {
			p++;
		}
	}
	return NULL;
}

unsigned int bootarg_number(const char *key, unsigned int otherwise)
{
	const char *p = bootarg(key);
	unsigned int value = 0;

	if (!p) {
		return otherwise;
	}
	while (*key++ != '\0') {
		p++;
	}
	while (*p >= '0' && *p <= '9') {
		value = value * 10 + (unsigned int)(*p++ - '0');
	}
	return value;
}

unsigned int port_nr_cpus(void)
{
	return machine.nr_cpus;
}

unsigned int port_cpu(void)
{
	return (unsigned int)sysreg_read(tpidr_el1);
}

uint32_t port_affinity(unsigned int cpu)
{
	return machine.affinity[cpu];
}

SMCCC_CALL(hvc)

bool port_cpu_on(unsigned int cpu, void (*entry)(void))
{
	machine.entry[cpu] = entry;
	__asm__ volatile("dsb sy" : : : "memory");
	return hvc(PSCI_CPU_ON, mpidr_of(cpu), (uint64_t)secondary_start,
		   cpu) == 0;
}

_Noreturn void port_cpu_off(void)
{
	port_mask();
	hvc(PSCI_CPU_OFF, 0, 0, 0);
	while (true) {
		port_wfi();
	}
}

bool port_cpu_is_off(unsigned int cpu)
{
	return hvc(PSCI_AFFINITY_INFO, mpidr_of(cpu), 0, 0) ==
	       PSCI_AFFINITY_OFF;
}

_Noreturn void machine_off(void)
{
	hvc(PSCI_SYSTEM_OFF, 0, 0, 0);
	while (true) {
		port_wfi();
	}
}

_Noreturn void machine_fail(void)
{
	hvc(HYP_GUEST_FAILED, 0, 0, 0);
	machine_off();
}

void port_putc(char c)
{
	while (mmio_read32(UART_BASE + UART_FR) & UART_FR_TXFF) {
	}
	mmio_write32(UART_BASE + UART_DR, (uint8_t)c);
}

uint64_t port_now_us(void)
{
	__asm__ volatile("isb");
	return sysreg_read(cntvct_el0) * 1000 /
	       (sysreg_read(cntfrq_el0) / 1000);
}

void port_relax(void)
{
	__asm__ volatile("yield" : : : "memory");
}

void port_mask(void)
{
	__asm__ volatile("msr daifset, %0" : : "i"(PSTATE_IRQ_FIQ) : "memory");
}

void port_unmask(void)
{
	__asm__ volatile("msr daifclr, %0" : : "i"(PSTATE_IRQ_FIQ) : "memory");
}

void port_wfi(void)
{
	__asm__ volatile("dsb sy; wfi" : : : "memory");
}

void port_timer_start(unsigned int us)
{
	sysreg_write(cntv_tval_el0, sysreg_read(cntfrq_el0) / 1000 * us / 1000);
	sysreg_write(cntv_ctl_el0, CNTV_CTL_ENABLE);
	__asm__ volatile("isb");
}

void port_timer_stop(void)
{
	sysreg_write(cntv_ctl_el0, 0);
	__asm__ volatile("isb");
}
