/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * KVM's door: irqfds that are signalled while they are taken away, routed
 * elsewhere or ended by the guest; a GIC that is made, and vCPUs that begin to
 * run, while others look.
 */
#include "kvm.h"

#include <string.h>

#include <vgic/kvm.h>

#include "world.h"

#define GICR_BASE UINT64_C(0x80a0000)
/* Descriptors: of devices 0 and 1, which want the same slot; to ask them. */
#define FD(n) (9u + 2 * (n))
#define ASK(n) (100u + (n))
#define NR_DEVICES 2u

static uint8_t arena[512 * 1024] __attribute__((aligned(64)));
static size_t used;
static struct vgic_kvm *vm;
static uint32_t gic_fd;
/* Devices that want something, until the test says that they have it. */
static bool asserted[NR_DEVICES];
static int result[SCHED_THREADS];
/* Nobody but device 0 has anything to do with SPI. */
static bool only_0;
/* vCPUs that run. */
static unsigned int running;

/* As it was left: full of irqfds of device 1, as it happens. */
static void *get_memory(void *ctx, size_t size)
{
	uint32_t *memory = (uint32_t *)(void *)(arena + used);

	(void)ctx;
	used += (size + 63) / 64 * 64;
	must(used <= sizeof(arena), "memory");
	for (size_t i = 0; i < size / sizeof(*memory); i++) {
		memory[i] = FD(1);
	}
	return memory;
}

static void give_back(void *ctx, void *memory)
{
	(void)ctx;
	(void)memory;
}

static int copy_in(void *ctx, void *to, uint64_t addr, size_t size)
{
	(void)ctx;
	memcpy(to, (const void *)(uintptr_t)addr, size);
	return 0;
}

static int copy_out(void *ctx, uint64_t addr, const void *from, size_t size)
{
	(void)ctx;
	sched_point("copy", 0);
	must(running == 0, "registers read while a vCPU runs");
	memcpy((void *)(uintptr_t)addr, from, size);
	return 0;
}

static void signal_device(uint32_t n)
{
	if (asserted[n]) {
		(void)vgic_kvm_irqfd_signal(vm, FD(n));
	}
}

static void on_resample(void *ctx, uint32_t resamplefd)
{
	(void)ctx;
	sched_point("resample", 0);
	must(resamplefd == ASK(0) || resamplefd == ASK(1), "nobody is asked");
	must(resamplefd == ASK(0) || !only_0, "another one is asked");
	signal_device(resamplefd - ASK(0));
}

static int set_attr(uint32_t group, uint64_t attr, uint64_t value)
{
	const struct vgic_kvm_device_attr a = {
		.group = group,
		.attr = attr,
		.addr = (uintptr_t)&value,
	};

	return vgic_kvm_set_attr(vm, gic_fd, &a);
}

static void make_vm(uint32_t type)
{
	struct vgic_kvm_config config = {
		.models = VGIC_KVM_HAS_V2 | VGIC_KVM_HAS_V3,
		.ipa_bits = 40,
		.alloc = get_memory,
		.release = give_back,
		.copy_in = copy_in,
		.copy_out = copy_out,
		.resample = on_resample,
		.gic = { .nr_side_entries = 2 },
	};
	struct vgic_kvm_create_device device = { .type = type };

	used = 0;
	running = 0;
	only_0 = false;
	memset(asserted, 0, sizeof(asserted));
	memset(result, 0, sizeof(result));
	make_hardware(type == VGIC_KVM_DEV_V2, &config.gic);
	must(vgic_kvm_create(&config, &vm) == 0, "create");
	for (uint32_t v = 0; v < 2; v++) {
		must(vgic_kvm_add_vcpu(vm, v, v, &w.model[v]) == 0, "vCPU");
	}
	must(vgic_kvm_create_device(vm, &device) == 0, "device");
	gic_fd = device.fd;
	must(set_attr(VGIC_KVM_GRP_NR_IRQS, 0, 64) == 0, "sizes");
}

static int init(void)
{
	return set_attr(VGIC_KVM_GRP_CTRL, VGIC_KVM_CTRL_INIT, 0);
}

/* A GICv3 before its INIT. */
static void begin_early(void)
{
	make_vm(VGIC_KVM_DEV_V3);
	must(set_attr(VGIC_KVM_GRP_ADDR, VGIC_KVM_ADDR_V3_DIST, GICD_BASE) ==
			     0 &&
		     set_attr(VGIC_KVM_GRP_ADDR, VGIC_KVM_ADDR_V3_REDIST,
			      GICR_BASE) == 0,
	     "place");
}

/* SPI and SPI2 are levels; nobody is in guest code. */
static void begin(void)
{
	begin_early();
	must(init() == 0, "INIT");
	w.gic = vgic_kvm_gic(vm);
	for (uint32_t v = 0; v < 2; v++) {
		w.vcpu[v] = vgic_kvm_vcpu(vm, v);
		open_cpu(v);
	}
	set_gates(0, 3);
	setup(SPI, 0x80);
	setup(SPI2, 0x80);
	change(0, SPI, VGIC_SET_LEVEL, true);
	change(0, SPI2, VGIC_SET_LEVEL, true);
}

static void irqfd(uint32_t n, uint32_t gsi, uint32_t flags)
{
	const struct vgic_kvm_irqfd a = {
		.fd = FD(n),
		.gsi = gsi,
		.flags = flags,
		.resamplefd = ASK(n),
	};

	must(vgic_kvm_irqfd(vm, &a) == 0, "irqfd");
}

static void assign(uint32_t n)
{
	irqfd(n, 0, VGIC_KVM_IRQFD_RESAMPLE);
}

/* GSI 0 is SPI, or another pin. */
static void route_to(uint32_t pin)
{
	static struct {
		struct vgic_kvm_routing header;
		struct vgic_kvm_routing_entry entry;
	} table;

	memset(&table, 0, sizeof(table));
	table.header.nr = 1;
	table.entry.type = VGIC_KVM_ROUTING_IRQCHIP;
	table.entry.u.irqchip.pin = pin;
	must(vgic_kvm_set_gsi_routing(vm, &table.header) == 0, "route");
}

static bool line(uint32_t intid)
{
	struct vgic_irq_info info;

	must(vgic_get_irq_info(w.gic, 0, intid, &info) == VGIC_OK, "info");
	return info.line;
}

/* Device 0 resamples SPI. */
static void begin_irqfd(void)
{
	begin();
	assign(0);
}

/* And has raised it, and vCPU 0 has taken it. */
static void begin_taken(void)
{
	begin_irqfd();
	asserted[0] = true;
	signal_device(0);
	enter(0);
	(void)ack(0);
	asserted[0] = false;
}

static void begin_taken_of_one(void)
{
	begin_taken();
	only_0 = true;
}

static void begin_taken_of_two(void)
{
	begin_taken();
	assign(1);
}

static void signal_0(void)
{
	asserted[0] = true;
	signal_device(0);
}

static void signal_1(void)
{
	asserted[1] = true;
	signal_device(1);
}

static void deassign_0(void)
{
	irqfd(0, 0, VGIC_KVM_IRQFD_DEASSIGN);
}

static void deassign_0_assign_1(void)
{
	deassign_0();
	assign(1);
	signal_1();
}

/* In the same slot, of SPI2. */
static void deassign_0_assign_elsewhere(void)
{
	deassign_0();
	irqfd(1, SPI2 - GIC_SPI_BASE, VGIC_KVM_IRQFD_RESAMPLE);
}

static void route_to_spi2(void)
{
	route_to(SPI2 - GIC_SPI_BASE);
}

static void route_away_and_back(void)
{
	route_to_spi2();
	route_to(0);
}

static void end_it(void)
{
	eoi(0, SPI);
	slice(0);
}

static void out_of_guest(void)
{
	settle();
	if (w.in_guest[0]) {
		leave(0);
	}
	must(vgic_check_invariants(w.gic) == 0, "invariants");
}

static void end_down(void)
{
	must(!line(SPI), "the line stays up");
	out_of_guest();
}

static void end_up(void)
{
	must(line(SPI), "a level is lost");
	out_of_guest();
}

static void end_up_at_spi2(void)
{
	must(!line(SPI), "the old line stays up");
	must(line(SPI2), "a level is lost");
	out_of_guest();
}

static void end_up_at_spi(void)
{
	must(!line(SPI2), "the line in between stays up");
	end_up();
}

/* The first irqfd; a signal by that name, and by one that nobody gave. */
static void assign_0(void)
{
	assign(0);
}

static void signal_early(void)
{
	asserted[0] = true;
	result[1] = vgic_kvm_irqfd_signal(vm, FD(0));
	must(result[1] == 0 || result[1] == -VGIC_KVM_ENOENT,
	     "the errno of a signal");
	must(vgic_kvm_irqfd_signal(vm, FD(1)) == -VGIC_KVM_ENOENT,
	     "an irqfd that nobody assigned");
}

static void end_as_signalled(void)
{
	must(line(SPI) == (result[1] == 0), "line and errno disagree");
}

/* A GIC that is being made. */
static void init_0(void)
{
	result[0] = init();
}

static void line_1(void)
{
	const struct vgic_kvm_irq_level level = {
		.irq = VGIC_KVM_IRQ_TYPE_SPI << VGIC_KVM_IRQ_TYPE_SHIFT | SPI,
		.level = 1,
	};

	must(!vgic_kvm_gic(vm) || vgic_kvm_vcpu(vm, 1), "a GIC without vCPUs");
	result[1] = vgic_kvm_irq_line(vm, &level);
}

static void end_inited(void)
{
	must(result[0] == 0, "INIT failed");
	must(result[1] == 0 || result[1] == -VGIC_KVM_EBUSY,
	     "the errno of a line");
	w.gic = vgic_kvm_gic(vm);
	must(result[1] || word_of(SPI) & W_PEND, "a line is lost");
}

/* First uses of a GICv2, and of any GIC. */
static void begin_v2(void)
{
	make_vm(VGIC_KVM_DEV_V2);
}

static void line_until_done(uint32_t thread, uint32_t intid)
{
	const struct vgic_kvm_irq_level level = {
		.irq = VGIC_KVM_IRQ_TYPE_SPI << VGIC_KVM_IRQ_TYPE_SHIFT | intid,
		.level = 1,
	};

	do {
		result[thread] = vgic_kvm_irq_line(vm, &level);
		if (result[thread] == -VGIC_KVM_EAGAIN) {
			sched_wait();
		}
	} while (result[thread] == -VGIC_KVM_EAGAIN);
}

static void first_line_0(void)
{
	line_until_done(0, SPI);
}

static void first_line_1(void)
{
	line_until_done(1, SPI2);
}

static void end_both_lines(void)
{
	must(result[0] == 0 && result[1] == 0, "refused");
	w.gic = vgic_kvm_gic(vm);
	must(word_of(SPI) & W_PEND, "the one's line is lost");
	must(word_of(SPI2) & W_PEND, "the other's line is lost");
}

static void run_until_done(uint32_t v)
{
	do {
		result[v] = vgic_kvm_run_begin(vm, v);
		if (result[v] == -VGIC_KVM_EAGAIN) {
			sched_wait();
		}
	} while (result[v] == -VGIC_KVM_EAGAIN);
	must(result[v] == 0, "a run is refused");
	running++;
	sched_point("guest", v);
}

static void run_0(void)
{
	run_until_done(0);
}

static void run_1(void)
{
	run_until_done(1);
}

static void run_and_end_0(void)
{
	run_until_done(0);
	running--;
	vgic_kvm_run_end(vm, 0);
}

static void end_both_run(void)
{
	must(vgic_kvm_run_begin(vm, 0) == -VGIC_KVM_EBUSY, "0 does not run");
	must(vgic_kvm_run_begin(vm, 1) == -VGIC_KVM_EBUSY, "1 does not run");
	vgic_kvm_run_end(vm, 0);
	must(init() == -VGIC_KVM_EBUSY, "nobody is counted");
	vgic_kvm_run_end(vm, 1);
	must(init() == 0, "somebody is still counted");
}

static void read_1(void)
{
	uint64_t value;
	const struct vgic_kvm_device_attr a = {
		.group = VGIC_KVM_GRP_LEVEL_INFO,
		.attr = SPI,
		.addr = (uintptr_t)&value,
	};

	result[1] = vgic_kvm_get_attr(vm, gic_fd, &a);
	must(result[1] == 0 || result[1] == -VGIC_KVM_EBUSY,
	     "the errno of a read");
}

static void end_quiet(void)
{
	must(init() == 0, "somebody is still counted");
}

/* clang-format off */
const struct sched_program kvm_programs[NR_KVM_PROGRAMS] = {
	{ "kvm: signal, deassign", 2, { signal_0, deassign_0 }, begin_irqfd,
	  end_down },
	{ "kvm: signal, route", 2, { signal_0, route_to_spi2 }, begin_irqfd,
	  end_up_at_spi2 },
	{ "kvm: signal, route there and back", 2,
	  { signal_0, route_away_and_back }, begin_irqfd, end_up_at_spi },
	{ "kvm: end, signal", 2, { end_it, signal_1 }, begin_taken_of_two,
	  end_up },
	{ "kvm: end, another irqfd", 2, { end_it, deassign_0_assign_1 },
	  begin_taken, end_up },
	{ "kvm: end, slot reused", 2,
	  { end_it, deassign_0_assign_elsewhere }, begin_taken_of_one,
	  end_down },
	{ "kvm: first irqfd, signal", 2, { assign_0, signal_early }, begin,
	  end_as_signalled },
	{ "kvm: INIT, line", 2, { init_0, line_1 }, begin_early,
	  end_inited },
	{ "kvm: first lines of a GICv2", 1, { first_line_0, first_line_1 },
	  begin_v2, end_both_lines },
	{ "kvm: first runs", 2, { run_0, run_1 }, begin, end_both_run },
	{ "kvm: run, read registers", 2, { run_and_end_0, read_1 }, begin,
	  end_quiet },
};
/* clang-format on */
