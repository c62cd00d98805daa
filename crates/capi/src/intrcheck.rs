//! `intrcheck.h`: interrupts, and what must be in order around a fork.

use crate::prelude::*;
use pyrite_modules::posix::forking;

capi! {
    fn PyErr_SetInterrupt() { signals::set_interrupt() }
    fn PyOS_InterruptOccurred() -> bool { signals::interrupt_occurred() }
    fn _PyOS_InterruptOccurred(state: *mut PyThreadState) -> bool {
        state == tstate::current_ptr() && signals::interrupt_occurred()
    }
    fn PySignal_SetWakeupFd(fd: c_int) -> c_int { signals::set_wakeup_fd(fd, true) }
    fn PyOS_InitInterrupts() -> PyResult<()> { import::import_module("_signal").map(drop) }
    fn PyOS_FiniInterrupts() { signals::fini() }
    fn _PySignal_Init(install: c_int) -> PyResult<()> {
        match install {
            0 => Ok(()),
            _ => signals::install(),
        }
    }
    fn _PySignal_AfterFork() { signals::after_fork_child() }

    fn PyOS_BeforeFork() { forking::before() }
    fn PyOS_AfterFork_Parent() { forking::after_in_parent() }
    fn PyOS_AfterFork_Child() { forking::after_in_child() }
    fn PyOS_AfterFork() { forking::after_in_child() }
}
