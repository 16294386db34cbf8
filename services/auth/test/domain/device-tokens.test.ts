import { expect } from 'chai';
import { v7 } from 'uuid';
import { deviceTokens } from '../../domain/device-tokens.ts';

describe('The token of a device', () => {
  const devices = deviceTokens(Buffer.alloc(32, 1));
  const [ada, bob] = [v7(), v7()];

  it('proves the device for its account, among tokens of others', () => {
    const [one, other] = [devices.issue(ada), devices.issue(bob)];
    expect(devices.deviceOf([other, one], ada)).to.equal(one.split('.')[0]);
    expect(devices.deviceOf([one], bob)).to.equal(undefined);
    expect(devices.issue(ada)).not.to.equal(one);
  });

  it('cannot be made without the secret, nor tried by the hundred', () => {
    const forged = deviceTokens(Buffer.alloc(32, 2)).issue(ada);
    const good = devices.issue(ada);
    for (const wrong of [forged, '', 'x.y', good.slice(1), `${good}x`, good.replace(/^[^.]*/, v7())])
      expect(devices.deviceOf([wrong], ada), wrong).to.equal(undefined);
    expect(devices.deviceOf([...Array<string>(5).fill(forged), good], ada)).to.equal(undefined);
  });
});
