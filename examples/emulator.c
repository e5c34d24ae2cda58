/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libvgic in an emulator with threads: a GICv3, two vCPUs, a timer (a PPI), a
 * device with a level-sensitive SPI, an SGI; then the VM is saved and restored.
 * The "guest" is what a kernel would do with its GIC, one call per access.
 *
 *     cc emulator.c $(pkg-config --cflags --libs vgic-emu)
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <vgic/emu.h>
#include <vgic/snapshot.h>
#include <vgic/sysreg.h>

#define GICD 0x08000000ull
#define GICR 0x080a0000ull
#define SGI 1u
#define TIMER_PPI 27u
#define UART_SPI 33u

static struct vgic_emu *emu;

/* What a vCPU's thread waits for in WFI. */
static struct cpu {
	pthread_mutex_t lock;
	pthread_cond_t wake;
	unsigned int pins;
} cpus[2] = {
	{ PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0 },
	{ PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0 },
};

static void set_pins(void *ctx, uint32_t vcpu, unsigned int pins)
{
	(void)ctx;
	pthread_mutex_lock(&cpus[vcpu].lock);
	cpus[vcpu].pins = pins;
	pthread_cond_signal(&cpus[vcpu].wake);
	pthread_mutex_unlock(&cpus[vcpu].lock);
}

static void wfi(uint32_t vcpu)
{
	pthread_mutex_lock(&cpus[vcpu].lock);
	while (!cpus[vcpu].pins) {
		pthread_cond_wait(&cpus[vcpu].wake, &cpus[vcpu].lock);
	}
	pthread_mutex_unlock(&cpus[vcpu].lock);
}

static void must(const char *what, int err)
{
	if (err) {
		fprintf(stderr, "%s: %s\n", what, vgic_strerror(err));
		exit(1);
	}
}

/* STR of the guest's; MSR and MRS. */
static void store(uint32_t vcpu, uint64_t address, uint64_t value)
{
	if (vgic_emu_mmio(emu, vcpu, address, 4, true, &value)) {
		must("not the GIC's", VGIC_E_NOENT);
	}
}

static uint64_t sysreg(uint32_t vcpu, uint32_t reg, bool write, uint64_t value)
{
	if (vgic_emu_sysreg(emu, vcpu, reg, write, &value)) {
		must("UNDEFINED", VGIC_E_NOENT);
	}
	return value;
}

/* A device or a timer changes its line. */
static void line(uint32_t vcpu, uint32_t intid, bool level)
{
	must("line", vgic_emu_inject_irq(emu, vcpu, intid, level, NULL));
}

static void open_gic(uint32_t vcpu)
{
	store(vcpu, GICR + 0x20000 * vcpu + 0x10100,
	      1u << SGI | 1u << TIMER_PPI);
	sysreg(vcpu, VGIC_ICC_PMR_EL1, true, 0xf0);
	sysreg(vcpu, VGIC_ICC_IGRPEN1_EL1, true, 1);
}

/* Wait for an interrupt and take it; end() says that it is handled. */
static uint32_t take(uint32_t vcpu)
{
	uint32_t intid;

	wfi(vcpu);
	intid = (uint32_t)sysreg(vcpu, VGIC_ICC_IAR1_EL1, false, 0);
	printf("vCPU %u: INTID %u\n", vcpu, intid);
	return intid;
}

static void end(uint32_t vcpu, uint32_t intid)
{
	sysreg(vcpu, VGIC_ICC_EOIR1_EL1, true, intid);
}

static void *guest0(void *arg)
{
	uint32_t intid;

	open_gic(0);
	store(0, GICD, 2);			       /* EnableGrp1 */
	store(0, GICD + 0x104, 1u << (UART_SPI - 32)); /* GICD_ISENABLER1 */
	store(0, GICD + 0xc08, 0); /* GICD_ICFGR2: a level */
	sysreg(0, VGIC_ICC_SGI1R_EL1, true, SGI << 24 | 1u << 1);
	intid = take(0);
	line(0, UART_SPI, false); /* it is served */
	end(0, intid);
	return arg;
}

static void *guest1(void *arg)
{
	open_gic(1);
	end(1, take(1));	  /* the SGI */
	line(1, TIMER_PPI, true); /* its time has come */
	uint32_t intid = take(1);
	line(1, TIMER_PPI, false);
	end(1, intid);
	line(0, UART_SPI, true);
	return arg;
}

static void save_and_restore(void)
{
	static unsigned char snapshot[1 << 16];
	struct vgic *gic = vgic_emu_gic(emu);

	line(0, UART_SPI, true);
	vgic_emu_stop(emu);
	int64_t size = vgic_snapshot_save(gic, snapshot, sizeof(snapshot));
	vgic_reset(gic);
	vgic_emu_start(emu);
	printf("reset: IRQ %u\n", vgic_emu_pins(emu, 0));
	vgic_emu_stop(emu);
	must("restore",
	     vgic_snapshot_restore(gic, snapshot, (size_t)size, NULL));
	vgic_emu_start(emu);
	printf("restored: IRQ %u\n", vgic_emu_pins(emu, 0));
}

int main(void)
{
	static const struct vgic_emu_ops ops = { .set_pins = set_pins };
	const struct vgic_emu_config config = {
		.gic = { .arch = &vgic_gicv3,
			 .nr_vcpus = 2,
			 .nr_spis = 32,
			 .nr_redist_regions = 1 },
		.ops = &ops,
	};
	size_t size = vgic_emu_memory_size(&config);
	pthread_t threads[2];

	must("create",
	     vgic_emu_create(&config, aligned_alloc(64, size), size, &emu));
	must("GICD", vgic_set_dist_base(vgic_emu_gic(emu), GICD));
	must("GICR", vgic_add_redist_region(vgic_emu_gic(emu), GICR, 2));
	pthread_create(&threads[0], NULL, guest0, NULL);
	pthread_create(&threads[1], NULL, guest1, NULL);
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	save_and_restore();
	return 0;
}
