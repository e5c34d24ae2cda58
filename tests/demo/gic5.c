/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A GICv5 guest on a GICv5: its PPIs are the PE's, the timer's by direct
 * injection; the IRS that the PE has is libvgic's.
 */
#include "guest/lib/gic5.h"
#include "tests/demo/machine.h"
#include "tests/el2/el2.h"

#define IRS_BASE UINT64_C(0x08010000)
#define BIT(n) (UINT64_C(1) << (n))
#define PPIS (BIT(GICV5_PPI_SW_PPI) | BIT(PORT_TIMER_INTID))
#define TIMER GICV5_PPI(PORT_TIMER_INTID)
#define NR_LPIS 4096
#define LPI_ID_BITS 16

unsigned int gic_signals(struct cpu *cpu)
{
	return vgic_model_v5_signals(&cpu->hw.pe);
}

/* There are no list registers to maintain. */
bool gic_maintenance(const struct cpu *cpu)
{
	(void)cpu;
	return false;
}

/*
 * The host's side of the timer's PPI.  Its handler masks it: the line stays up
 * until the guest has quieted the timer.
 */
static void host_takes(struct cpu *cpu)
{
	if (cpu->hw.pe.resident) {
		machine_die("the host takes an interrupt that the guest has");
	}
	cpu->host_enabled = false;
	cpu->host_took = true;
}

/* The guest sees the wire itself, and so does the host unless it masks it. */
void gic_timer(struct cpu *cpu, bool line)
{
	vgic_model_v5_set_physical(&cpu->hw.pe, PORT_TIMER_INTID, line);
	if (line && cpu->host_enabled) {
		host_takes(cpu);
	}
}

/* While the vCPU is loaded the interrupt is the guest's, else it wakes it. */
void gic_loading(struct cpu *cpu, bool loading)
{
	cpu->host_took = false;
	cpu->host_enabled = !loading || machine.config.unmasked;
}

/*
 * Only the host's own PPI and the IRS's doorbell wake it.  The IRS knows at
 * once what comes; here it is the library, which takes it in when asked.
 */
bool gic_wakes(struct cpu *cpu, bool line)
{
	bool pending = vgic_pending(cpu->vcpu);

	gic_timer(cpu, line);
	vgic_model_v5_iri_changed(&cpu->hw.pe);
	return pending && (cpu->doorbell || cpu->host_took);
}

static bool on_resident(void *ctx, uint32_t vm, uint32_t vpe)
{
	const struct cpu *cpu = ctx;

	return vm == 0 && &machine.cpu[vpe] == cpu;
}

static void on_doorbell(void *ctx)
{
	struct cpu *cpu = ctx;

	cpu->doorbell = true;
}

/*
 * What the PE tells its IRS takes effect at once there; here the IRS is the
 * library, which hears of it at the next exit.
 */
static void access(uint32_t name, bool write, uint64_t *value)
{
	struct cpu *cpu = machine_self();
	enum model_access done;

	done = write ? vgic_soft_v5_write(&cpu->hw.pe, name, *value) :
		       vgic_soft_v5_read(&cpu->hw.pe, name, value);
	if (done == MODEL_UNDEF) {
		machine_die("uses an undefined register or instruction");
	}
	if (done == MODEL_TRAP) {
		machine_trap(cpu, name, write, value);
	} else {
		machine_leave(cpu);
		machine_enter(cpu);
	}
	machine_attend();
}

uint64_t gic5_read(uint32_t name)
{
	uint64_t value = 0;

	access(name, false, &value);
	return value;
}

void gic5_write(uint32_t name, uint64_t value)
{
	access(name, true, &value);
}

uint32_t irs_read(uint32_t offset)
{
	return (uint32_t)machine_mmio(IRS_BASE + offset, 4, false, 0);
}

uint64_t irs_read64(uint32_t offset)
{
	return machine_mmio(IRS_BASE + offset, 8, false, 0);
}

void irs_write(uint32_t offset, uint32_t value)
{
	machine_mmio(IRS_BASE + offset, 4, true, value);
}

void irs_write64(uint32_t offset, uint64_t value)
{
	machine_mmio(IRS_BASE + offset, 8, true, value);
}

static bool make_pe(unsigned int index)
{
	const struct model_v5_config config = {
		.ppi_implemented = { PPIS },
		.ppi_level = { BIT(PORT_TIMER_INTID) },
		.iaffid = (uint16_t)index,
		.pri_bits = 5,
		.id_bits = 24,
		.resident = on_resident,
		.doorbell = on_doorbell,
		.ctx = &machine.cpu[index],
	};

	return vgic_soft_v5_reset(&machine.cpu[index].hw.pe, &config);
}

bool gic_create(void)
{
	const unsigned int n = machine.config.nr_cpus;
	struct vgic_config config = {
		.arch = &vgic_gicv5,
		.v5 = {
			.cpuif = &el2_backend,
			.ppi_implemented = { PPIS },
			.ppi_level = { BIT(PORT_TIMER_INTID) },
			.nr_lpis = NR_LPIS,
			.lpi_id_bits = LPI_ID_BITS,
			.nr_irs = 1,
		},
	};
	bool ok;

	machine_fill(&config);
	ok = machine_create(&config) &&
	     vgic_set_irs_base(machine.gic, 0, IRS_BASE) == VGIC_OK;
	for (unsigned int i = 0; ok && i < n; i++) {
		ok = make_pe(i) &&
		     machine_add_cpu(i, &machine.cpu[i].hw.pe, TIMER, TIMER) &&
		     vgic_set_owner(machine.gic, i, TIMER, &machine.cpu[i]) ==
			     VGIC_OK;
	}
	return ok;
}
