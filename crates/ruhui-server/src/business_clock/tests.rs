//! Tests of the business clock, each change also as a restart finds it.

use super::*;
use crate::env::ManualClock;
use crate::store::MemoryStore;

const START: Timestamp = Timestamp::constant(1_800_000_000, 0);

struct Fixture {
    machine: Arc<ManualClock>,
    store: MemoryStore,
    clock: BusinessClock,
}

impl Fixture {
    fn new() -> Self {
        let machine = Arc::new(ManualClock::new(START));
        Self { clock: BusinessClock::new(machine.clone()), store: MemoryStore::new(), machine }
    }

    async fn change(&self, change: ClockChange) -> Result<(), ClockError> {
        let changed = self.clock.change(&self.store, change).await;
        let restarted = BusinessClock::load(self.machine.clone(), &self.store).await.unwrap();
        assert_eq!(restarted.now(), self.clock.now(), "after a restart: {change:?}");
        changed
    }

    fn since_start(&self) -> i64 {
        self.clock.now().duration_since(START).as_secs()
    }
}

#[tokio::test]
async fn the_clock_runs_with_the_machine_and_goes_on_after_a_restart() {
    let fixture = Fixture::new();
    fixture.change(ClockChange::Advance(SignedDuration::from_mins(59))).await.unwrap();
    fixture.change(ClockChange::Advance(SignedDuration::ZERO)).await.unwrap();
    fixture.machine.advance(SignedDuration::from_secs(10));
    assert_eq!((fixture.since_start(), fixture.clock.offset().as_secs()), (3550, 3540));
    fixture.change(ClockChange::Set(START + SignedDuration::from_secs(4000))).await.unwrap();
    assert_eq!(fixture.since_start(), 4000);
    assert_eq!(fixture.machine.now(), START + SignedDuration::from_secs(10), "the machine's is not moved");
}

#[tokio::test]
async fn a_frozen_clock_stands_until_it_resumes_from_its_time() {
    let fixture = Fixture::new();
    for _ in 0..2 {
        fixture.change(ClockChange::Freeze).await.unwrap();
        assert!(fixture.clock.is_frozen());
    }
    fixture.machine.advance(SignedDuration::from_secs(100));
    assert_eq!(fixture.since_start(), 0);
    assert_eq!(fixture.clock.offset().as_secs(), -100);
    fixture.change(ClockChange::Advance(SignedDuration::from_secs(30))).await.unwrap();
    assert_eq!(fixture.since_start(), 30);
    for _ in 0..2 {
        fixture.change(ClockChange::Resume).await.unwrap();
        assert_eq!(fixture.since_start(), 30, "it never jumps");
    }
    fixture.machine.advance(SignedDuration::from_secs(5));
    assert_eq!((fixture.since_start(), fixture.clock.offset().as_secs()), (35, -70));
}

#[tokio::test]
async fn what_is_not_possible_changes_nothing() {
    let fixture = Fixture::new();
    let back = [
        ClockChange::Advance(SignedDuration::from_secs(-60)),
        ClockChange::Set(START - SignedDuration::from_secs(1)),
    ];
    for change in back {
        assert!(matches!(fixture.change(change).await, Err(ClockError::Back { .. })), "{change:?}");
    }
    let beyond = LARGEST_LEAP + SignedDuration::from_secs(1);
    for change in [ClockChange::Advance(beyond), ClockChange::Set(START + beyond)] {
        assert!(matches!(fixture.change(change).await, Err(ClockError::TooFar { .. })), "{change:?}");
    }
    assert!(matches!(
        fixture.change(ClockChange::Advance(SignedDuration::MAX)).await,
        Err(ClockError::TooFar { .. })
    ));
    assert_eq!(fixture.since_start(), 0);
    for _ in 0..49 {
        fixture.change(ClockChange::Advance(LARGEST_LEAP)).await.unwrap();
    }
    let end = fixture.change(ClockChange::Advance(LARGEST_LEAP)).await;
    assert!(matches!(end, Err(ClockError::BeyondEnd { .. })), "{end:?}");
}

#[tokio::test]
async fn a_state_without_a_setting_has_the_machines_time() {
    let fixture = Fixture::new();
    fixture.change(ClockChange::Advance(SignedDuration::from_mins(1))).await.unwrap();
    fixture.change(ClockChange::Freeze).await.unwrap();
    fixture.clock.reload(&MemoryStore::new()).await.unwrap();
    assert_eq!((fixture.since_start(), fixture.clock.is_frozen()), (0, false));
    fixture.clock.reload(&fixture.store).await.unwrap();
    assert_eq!((fixture.since_start(), fixture.clock.is_frozen()), (60, true));
}
