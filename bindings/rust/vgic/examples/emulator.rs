// SPDX-License-Identifier: BSD-2-Clause
//! libvgic in an emulator with threads: a GICv3, two vCPUs, a timer (a PPI), a
//! device with a level-sensitive SPI, an SGI; then the VM is saved and
//! restored.  The "guest" is what a kernel would do with its GIC, one call per
//! access.  examples/emulator.c is the same in C.

use std::error::Error;
use std::sync::{Condvar, Mutex};
use std::thread;

use vgic::{Config, Devices, Emu, Guest, Ops, Pins, Sysreg, Vcpu, Width};

const GICD: u64 = 0x0800_0000;
const GICR: u64 = 0x080a_0000;
const SGI: u32 = 1;
const TIMER_PPI: u32 = 27;
const UART_SPI: u32 = 33;

type Result<T, E = Box<dyn Error + Send + Sync>> = std::result::Result<T, E>;

/// What a vCPU's thread waits for in WFI.
#[derive(Default)]
struct Cpu {
    pins: Mutex<Pins>,
    wake: Condvar,
}

#[derive(Default)]
struct Board {
    cpus: [Cpu; 2],
}

impl Guest for Board {}

impl Ops for Board {
    fn set_pins(&self, vcpu: u32, pins: Pins) {
        let cpu = &self.cpus[vcpu as usize];
        *cpu.pins.lock().unwrap() = pins;
        cpu.wake.notify_one();
    }

    fn relax(&self) {
        thread::yield_now();
    }
}

impl Board {
    fn wfi(&self, vcpu: u32) {
        let cpu = &self.cpus[vcpu as usize];
        let pins = cpu.pins.lock().unwrap();
        drop(cpu.wake.wait_while(pins, |pins| !pins.any()).unwrap());
    }
}

/// A vCPU, and what the guest's kernel does on it.
struct Kernel<'e> {
    vcpu: Vcpu<'e>,
    board: &'e Board,
    devices: Devices<'e>,
}

impl Kernel<'_> {
    /// STR of the guest's.
    fn store(&mut self, address: u64, value: u64) -> Result<()> {
        Ok(self.vcpu.store(address, Width::Word, value)?)
    }

    /// A device or a timer changes its line.
    fn line(&self, intid: u32, level: bool) -> Result<()> {
        Ok(self.devices.inject_irq(self.vcpu.index(), intid, level, None)?)
    }

    fn open_gic(&mut self) -> Result<()> {
        let redist = GICR + 0x20000 * u64::from(self.vcpu.index());
        // GICR_ISENABLER0
        self.store(redist + 0x10100, 1 << SGI | 1 << TIMER_PPI)?;
        self.vcpu.write_sysreg(Sysreg::ICC_PMR_EL1, 0xf0)?;
        self.vcpu.write_sysreg(Sysreg::ICC_IGRPEN1_EL1, 1)?;
        Ok(())
    }

    /// Wait for an interrupt and take it; end() says that it is handled.
    fn take(&mut self) -> Result<u64> {
        let index = self.vcpu.index();
        self.board.wfi(index);
        let intid = self.vcpu.read_sysreg(Sysreg::ICC_IAR1_EL1)?;
        println!("vCPU {index}: INTID {intid}");
        Ok(intid)
    }

    fn end(&mut self, intid: u64) -> Result<()> {
        Ok(self.vcpu.write_sysreg(Sysreg::ICC_EOIR1_EL1, intid)?)
    }

    fn run0(mut self) -> Result<()> {
        self.open_gic()?;
        self.store(GICD, 2)?; // EnableGrp1
        self.store(GICD + 0x104, 1 << (UART_SPI - 32))?; // GICD_ISENABLER1
        self.store(GICD + 0xc08, 0)?; // GICD_ICFGR2: a level
        let sgi = u64::from(SGI) << 24 | 1 << 1; // to vCPU 1
        self.vcpu.write_sysreg(Sysreg::ICC_SGI1R_EL1, sgi)?;
        let intid = self.take()?;
        self.line(UART_SPI, false)?; // it is served
        self.end(intid)
    }

    fn run1(mut self) -> Result<()> {
        self.open_gic()?;
        let sgi = self.take()?;
        self.end(sgi)?;
        self.line(TIMER_PPI, true)?; // its time has come
        let intid = self.take()?;
        self.line(TIMER_PPI, false)?;
        self.end(intid)?;
        self.line(UART_SPI, true)
    }
}

fn run(emu: &mut Emu<&Board>, board: &Board) -> Result<()> {
    let (devices, vcpus) = emu.split();
    let mut guests = vcpus.map(|vcpu| Kernel { vcpu, board, devices });
    let (guest0, guest1) = (guests.next().unwrap(), guests.next().unwrap());

    thread::scope(|scope| {
        let threads =
            [scope.spawn(|| guest0.run0()), scope.spawn(|| guest1.run1())];
        threads.into_iter().try_for_each(|thread| thread.join().unwrap())
    })
}

fn save_and_restore(emu: &mut Emu<&Board>) -> Result<()> {
    emu.split().0.inject_irq(0, UART_SPI, true, None)?;
    let snapshot = emu.stopped(|gic| {
        let mut bytes = vec![0; gic.snapshot_size()];
        let size = gic.save(&mut bytes)?;
        bytes.truncate(size);
        gic.reset();
        Ok::<_, vgic::Error>(bytes)
    })?;
    println!("reset: IRQ {}", u32::from(emu.split().0.pins(0).irq));
    emu.stopped(|gic| gic.restore(&snapshot))?;
    println!("restored: IRQ {}", u32::from(emu.split().0.pins(0).irq));
    Ok(())
}

fn main() -> Result<()> {
    let board = Board::default();
    let config = Config { nr_spis: 32, ..Config::gicv3(2) };
    let mut emu = Emu::new(&config, &board)?;

    let mut frames = emu.frames()?;
    frames.set_dist_base(GICD)?;
    frames.add_redist_region(GICR, 2)?;
    run(&mut emu, &board)?;
    save_and_restore(&mut emu)
}
