/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Devices passed through: the UART and virtio-mmio disks here, PCI devices in
 * pci.c.  When the machine's SPI of a device comes, EL2 drops its priority and
 * injects the guest's SPI that is mapped to it; the physical one stays active
 * until the guest has deactivated the virtual one.
 */
#include "hyp/passthru.h"

#include "hyp/arch.h"
#include "hyp/fault.h"
#include "hyp/guest_map.h"
#include "hyp/host.h"
#include "hyp/irq.h"
#include "hyp/mmu.h"
#include "hyp/options.h"
#include "hyp/pci.h"
#include "hyp/vm.h"
#include "regs/gicv3.h"

/* Registers: Virtual I/O Device 1.2, 4.2.2; the kind of device: 5.2.1. */
#define VIRTIO_MagicValue 0x000
#define VIRTIO_MAGIC 0x74726976u
#define VIRTIO_DeviceID 0x008
#define VIRTIO_BLOCK 2u

static void add_uart(struct vm *v)
{
	v->devices[v->nr_devices++] = (struct vm_device){
		.ipa = GUEST_UART_IPA,
		.pa = host.uart_base,
		.spi = GUEST_UART_SPI,
		.pintid = host.uart_intid,
		.ended_by_lr = irq_ended_by_lr(host.uart_intid),
	};
}

/* A transport may have no device behind it, or another kind. */
static bool is_disk(const struct host_virtio *virtio)
{
	uint64_t base = virtio->region.base;

	mmu_map(base, virtio->region.size, MMU_DEVICE);
	return mmio_read32(base + VIRTIO_MagicValue) == VIRTIO_MAGIC &&
	       mmio_read32(base + VIRTIO_DeviceID) == VIRTIO_BLOCK;
}

static void add_disk(struct vm *v, const struct host_virtio *virtio)
{
	uint32_t spi = virtio->intid - GIC_SPI_BASE;

	if (spi >= GUEST_NR_SPIS) {
		set_up_failed("the guest's GIC has no SPI for a disk");
	}
	v->devices[v->nr_devices++] = (struct vm_device){
		.ipa = virtio->region.base,
		.pa = virtio->region.base,
		.spi = spi,
		.pintid = virtio->intid,
		.ended_by_lr = irq_ended_by_lr(virtio->intid),
		.virtio = virtio,
	};
}

static void add_disks(struct vm *v)
{
	uint32_t before = v->nr_devices, i;

	for (i = 0; i < host.nr_virtio; i++) {
		if (is_disk(&host.virtio[i])) {
			add_disk(v, &host.virtio[i]);
		}
	}
	if (v->nr_devices == before) {
		set_up_failed("the machine has no virtio-mmio disk");
	}
}

void passthru_find(struct vm *v)
{
	if (options.pass_uart) {
		add_uart(v);
	}
	if (options.pass_disks) {
		add_disks(v);
	}
	if (options.pass_pci) {
		v->pci = pci_find();
	}
}

/*
 * vgic_irq_ops: the level of a device's line.  While a level-sensitive
 * interrupt is active, its pending state is the level of its line (IHI 0069
 * 4.1.2).
 */
static bool line_level(void *opaque, uint32_t vcpu, uint32_t intid)
{
	const struct vm_device *device = opaque;

	(void)vcpu;
	(void)intid;
	return irq_is_pending(device->pintid);
}

/* The guest's deactivation reaches the SPI by the list register's HW bit. */
static const struct vgic_irq_ops by_lr = {
	.get_input_level = line_level,
};

/* Or does not: then libvgic calls vgic_host_ops.phys_set_active. */
static const struct vgic_irq_ops by_software = {
	.get_input_level = line_level,
	.flags = VGIC_IRQ_SW_RESAMPLE,
};

static void connect(struct vm *v, struct vm_device *device)
{
	const struct vgic_irq_ops *ops = device->ended_by_lr ? &by_lr :
							       &by_software;
	uint32_t intid = vm_spi(device->spi);

	if (vgic_set_owner(v->gic, 0, intid, device) ||
	    vgic_map_irq(v->gic, 0, intid, device->pintid) ||
	    vgic_set_irq_ops(v->gic, 0, intid, ops, device)) {
		set_up_failed("cannot map a device's interrupt");
	}
}

void passthru_connect(struct vm *v)
{
	uint32_t i;

	for (i = 0; i < v->nr_devices; i++) {
		connect(v, &v->devices[i]);
	}
}

/*
 * The handler of a device's SPI.  True: the SPI stays active, and so does not
 * interrupt again, until the guest has deactivated the virtual one.
 */
static bool pass_on(uint32_t intid)
{
	uint32_t i;

	for (i = 0; i < vm.nr_devices; i++) {
		struct vm_device *device = &vm.devices[i];

		if (device->pintid == intid) {
			vgic_inject_irq(vm.gic, 0, vm_spi(device->spi), true,
					device);
			atomic_fetch_add(&vm.counts.passed_through, 1);
			return true;
		}
	}
	return false;
}

void passthru_start(struct vm *v)
{
	uint32_t i;

	for (i = 0; i < v->nr_devices; i++) {
		const struct vm_device *device = &v->devices[i];

		irq_enable_spi(device->pintid,
			       device->virtio && device->virtio->edge, pass_on);
	}
	if (v->pci) {
		pci_start();
	}
}
